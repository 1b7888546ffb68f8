import { isAbsolute, join, resolve } from 'node:path';
import { type Connection, connection, type Login, login, withoutUrlLogin } from '../contract/clouds.ts';
import type { CloudConfig } from './cloud-config.ts';
import type { ConfigRoots } from './config-files.ts';

/**
 * A cloud with everything that a login needs. The secret is the password, the secret of the application credential, or
 * the token.
 */
export type ResolvedCloud = { login: Login; secret: string | undefined; connection: Connection };

const kinds: Record<string, 'password' | 'applicationCredential' | 'token' | 'none'> = {
  password: 'password',
  v3password: 'password',
  v3applicationcredential: 'applicationCredential',
  token: 'token',
  v3token: 'token',
  none: 'none',
  noauth: 'none',
};

/** Returns the authentication type: the stated one, otherwise the one whose credentials the cloud has. */
function authTypeOf(cloud: CloudConfig): string {
  const named = cloud.word('auth_type', 'auth_plugin');
  if (named) return named;
  // Its type is often forgotten (openstacksdk then asks for a user).
  if (cloud.word('application_credential_id', 'application_credential_name')) return 'v3applicationcredential';
  return tokenOf(cloud) && !cloud.word('password') ? 'token' : 'password';
}

function tokenOf(cloud: CloudConfig): string | undefined {
  return cloud.word('token', 'auth_token');
}

/** Returns the data about a cloud that is shown before it is chosen. Contains no secret. */
export function summaryOfConfig(cloud: CloudConfig) {
  const authUrl = cloud.word('auth_url');
  const credential = ['application_credential_name', 'application_credential_id'];
  return {
    authUrl: authUrl === undefined ? null : withoutUrlLogin(authUrl),
    user: cloud.word('username', 'user_name', 'user_id', ...credential) ?? null,
    project: projectOf(cloud) ?? null,
    region: cloud.word('region_name') ?? null,
    authType: authTypeOf(cloud),
  };
}

function projectOf(cloud: CloudConfig): string | undefined {
  return cloud.word('project_name', 'tenant_name', 'project_id', 'tenant_id');
}

/** Why the console cannot use a cloud, judged by its settings alone; `undefined` when it can. */
function problemOf(cloud: CloudConfig): string | undefined {
  const type = authTypeOf(cloud);
  const kind = kinds[type.toLowerCase()];
  const version = cloud.word('identity_api_version') ?? '3';
  if (/^v2/i.test(type) || /^v?2/.test(version)) return 'Identity API version 2 is not supported. Use version 3.';
  if (!kind) return `auth_type ${type} is not supported. Use password, v3applicationcredential or token.`;
  if (kind === 'none') return undefined;
  const url = cloud.word('auth_url');
  if (!url && cloud.missingProfile) {
    return `Profile ${cloud.missingProfile} not found in clouds-public.yaml, and auth_url is missing.`;
  }
  if (!url) return 'auth_url is missing.';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'auth_url is not an http or https address.';
  if (new URL(url).username || new URL(url).password) return 'auth_url contains a login. Move it to auth.';
  for (const setting of ['system_scope', 'trust_id']) {
    if (cloud.word(setting)) return `${setting} is not supported. The console requires a project-scoped login.`;
  }
  if (kind === 'applicationCredential') {
    if (cloud.word('application_credential_id')) return undefined;
    if (!cloud.word('application_credential_name')) {
      return 'application_credential_id or application_credential_name is missing.';
    }
    return cloud.word('username', 'user_id') ? undefined : 'application_credential_name requires a user.';
  }
  if (kind === 'password' && !cloud.word('username', 'user_name', 'user_id')) {
    return 'username is missing. Add it to the file, or set OS_CLOUD to this cloud and OS_USERNAME.';
  }
  if (!projectOf(cloud) && cloud.word('domain_id', 'domain_name')) {
    return 'Domain-scoped logins are not supported. The console requires a project-scoped login.';
  }
  return undefined;
}

/**
 * Returns the domain of the user or the project: its own setting wins over `domain_…`, which stands for both, and that
 * wins over the default.
 */
function domainOf(cloud: CloudConfig, of: 'user' | 'project') {
  for (const setting of [`${of}_domain`, 'domain', 'default_domain']) {
    const id = cloud.word(`${setting}_id`);
    const name = cloud.word(`${setting}_name`);
    if (id || name) return id ? { id, name: undefined } : { id: undefined, name };
  }
  return { id: undefined, name: cloud.word('default_domain') };
}

/** Returns the login of a cloud without problems. */
function wordsOf(cloud: CloudConfig) {
  const [user, project] = [domainOf(cloud, 'user'), domainOf(cloud, 'project')];
  return {
    authUrl: cloud.word('auth_url'),
    username: cloud.word('username', 'user_name', 'user_id'),
    userId: cloud.word('user_id'),
    userDomain: user.name,
    userDomainId: user.id,
    projectName: cloud.word('project_name', 'tenant_name'),
    projectId: cloud.word('project_id', 'tenant_id'),
    projectDomain: project.name,
    projectDomainId: project.id,
    credentialId: cloud.word('application_credential_id'),
    credentialName: cloud.word('application_credential_name'),
  };
}

/** Resolves a path in clouds.yaml: `~` is the home directory, and relative paths start at the working directory. */
function fileOf(path: string | undefined, { cwd, home }: ConfigRoots): string | undefined {
  if (!path) return undefined;
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

/** Settings of the image service win over those of all services. `publicURL` is the old name of `public`. */
function interfaceOf(cloud: CloudConfig): string | undefined {
  const word = cloud.word('image_interface', 'image_endpoint_type', 'interface', 'endpoint_type');
  return word?.toLowerCase().replace(/url$/, '');
}

function connectionOf(cloud: CloudConfig, where: ConfigRoots): Connection | undefined {
  return connection.safeParse({
    regionName: cloud.word('image_region_name', 'region_name'),
    interface: interfaceOf(cloud),
    cacert: fileOf(cloud.word('cacert'), where),
    cert: fileOf(cloud.word('cert'), where),
    key: fileOf(cloud.word('key'), where),
    verify: cloud.flag('insecure') !== true && cloud.flag('verify') !== false,
  }).data;
}

/** Returns a cloud ready for a login, or the text of why it is not. */
export function loginOf(cloud: CloudConfig, where: ConfigRoots): ResolvedCloud | string {
  const problem = problemOf(cloud);
  if (problem) return problem;
  const kind = kinds[authTypeOf(cloud).toLowerCase()];
  const parsed = login.safeParse({ kind, ...wordsOf(cloud) });
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.') ?? 'login'} is too long or invalid.`;
  const connecting = connectionOf(cloud, where);
  if (!connecting) return 'interface is not public, internal or admin, or another setting is invalid.';
  const secrets = {
    password: cloud.word('password'),
    applicationCredential: cloud.word('application_credential_secret'),
    token: tokenOf(cloud),
    none: undefined,
  };
  return { login: parsed.data, secret: secrets[parsed.data.kind], connection: connecting };
}
