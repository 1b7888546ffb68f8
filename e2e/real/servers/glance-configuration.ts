import { asRoot, run } from './commands.ts';

/** The login of Glance's service user, and the region in which it finds Keystone to validate tokens. */
export type ServiceLogin = { authUrl: string; username: string; password: string; regionName?: string };

export type GlanceConfiguration = {
  /** The host's own directory; paths as the server sees them. */
  directory: string;
  database: string;
  store: string;
  port: number;
  /** Worker processes of Glance's own server; one by default. */
  processes?: number | undefined;
  service: ServiceLogin;
  pasteFile: string;
  /** Null turns caching off. */
  cache: { directory: string; driver: 'sqlite' | 'centralized_db'; limitBytes: number } | null;
};

/** The text of a glance-api.conf: Keystone, the legacy middleware if caching is on, a file store. */
export function glanceConfiguration(options: GlanceConfiguration): string {
  const { directory, port, processes = 1, service, cache } = options;
  const flavor = cache ? 'keystone+cachemanagement' : 'keystone';
  const caching = cache
    ? `image_cache_dir = ${cache.directory}
image_cache_driver = ${cache.driver}
image_cache_max_size = ${cache.limitBytes}
`
    : '';
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = ${processes}
use_stderr = true
enabled_backends = files:file
worker_self_reference_url = http://127.0.0.1:${port}
${caching}[database]
connection = sqlite:///${options.database}
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = ${options.store}
[os_glance_staging_store]
filesystem_store_datadir = ${directory}/staging
[os_glance_tasks_store]
filesystem_store_datadir = ${directory}/tasks
[oslo_concurrency]
lock_path = ${directory}/locks
[keystone_authtoken]
www_authenticate_uri = ${service.authUrl}
auth_url = ${service.authUrl}
auth_type = password
username = ${service.username}
password = ${service.password}
user_domain_id = default
project_name = service
project_domain_id = default
region_name = ${service.regionName ?? 'RegionOne'}
[paste_deploy]
flavor = ${flavor}
config_file = ${options.pasteFile}
`;
}

/** The directories that a host with this configuration needs before it starts. */
export function glanceDirectories(options: GlanceConfiguration): string[] {
  const own = ['staging', 'tasks', 'locks'].map((name) => `${options.directory}/${name}`);
  return [...own, options.store, ...(options.cache ? [options.cache.directory] : [])];
}

/** The pipelines of the package, from a file that only root and glance may read in its place. */
export function shippedPipelines(root = ''): Promise<string> {
  return run(asRoot(['cat', `${root}/etc/glance/glance-api-paste.ini`]));
}
