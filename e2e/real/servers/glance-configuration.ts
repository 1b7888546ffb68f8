import { asRoot, run } from './commands.ts';

/** What the service user of Glance logs in to Keystone with, and in which region it finds Keystone to check tokens. */
export type ServiceLogin = { authUrl: string; username: string; password: string; regionName?: string };

export type GlanceConfiguration = {
  /** Where the host keeps what is its own; paths as the server sees them. */
  directory: string;
  database: string;
  store: string;
  port: number;
  /** Worker processes, where Glance serves itself; one by default. */
  processes?: number | undefined;
  service: ServiceLogin;
  pasteFile: string;
  /** Null switches caching off. */
  cache: { directory: string; driver: 'sqlite' | 'centralized_db'; limitBytes: number } | null;
};

/** The text of a glance-api.conf: Keystone, the legacy middleware where caching is on, a file store. */
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

/** The directories that a host of this configuration writes to, to be made before it starts. */
export function glanceDirectories(options: GlanceConfiguration): string[] {
  const own = ['staging', 'tasks', 'locks'].map((name) => `${options.directory}/${name}`);
  return [...own, options.store, ...(options.cache ? [options.cache.directory] : [])];
}

/** The pipelines that the package brings, which a user other than root and glance may not read where they are. */
export function shippedPipelines(root = ''): Promise<string> {
  return run(asRoot(['cat', `${root}/etc/glance/glance-api-paste.ini`]));
}
