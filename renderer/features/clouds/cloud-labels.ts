import type { Cloud, CloudSource, Identity, SecretPlace } from '../../../electron/contract/clouds.ts';

/** The label of a cloud's login. */
export function sourceLabel(source: CloudSource): string {
  switch (source.kind) {
    case 'cloudsYaml':
      return `${sourceName(source)} in clouds.yaml`;
    case 'demo':
      return 'Demo cloud in this console';
    case 'typed':
      switch (source.login.kind) {
        case 'none':
          return 'No login';
        case 'password':
          return `Password of ${source.login.username}`;
        case 'applicationCredential':
          return 'Application credential';
        case 'token':
          return 'Token';
      }
  }
}

/** The name of a cloud of clouds.yaml, followed by the region where it is one of several. */
export function sourceName({ cloudName, regionName }: Extract<CloudSource, { kind: 'cloudsYaml' }>): string {
  return regionName === undefined ? cloudName : `${cloudName} ${regionName}`;
}

/** The URL of a cloud's Keystone, where the settings contain it; clouds.yaml is read again at every login. */
export function authUrlOf(source: CloudSource): string | undefined {
  return source.kind === 'typed' && source.login.kind !== 'none' ? source.login.authUrl : undefined;
}

/** Whether requests to the hosts of a cloud are sent without a token. */
export function isWithoutLogin(source: CloudSource): boolean {
  return source.kind === 'typed' && source.login.kind === 'none';
}

/** The label of the place where a cloud's secret is stored. */
export function secretLabel(place: SecretPlace): string {
  switch (place) {
    case 'reference':
      return 'Read from clouds.yaml at every login';
    case 'keychain':
      return 'In the keychain of this computer';
    case 'memory':
      return 'In memory, until the console closes';
    case 'missing':
      return 'Missing: unlock to log in';
    case 'unneeded':
      return 'None needed';
  }
}

/** The hint of a secret's field: where the console stores it. */
export function secretStorageHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'Stored in the keychain of this computer, never in a file of the console.'
    : 'Kept in memory only: required again after restart.';
}

/** The hint of a secret's field where the console already has a secret. */
export function storedSecretHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'Stored in the keychain. Leave empty to keep it.'
    : 'Kept in memory. Leave empty to keep it.';
}

/** Whether the secret of a cloud is missing, so that the operator has to enter it. */
export function needsUnlock(cloud: Pick<Cloud, 'secret'>): boolean {
  return cloud.secret === 'missing';
}

export type RoleSummary = { admin: boolean; heading: string; text: string };

/**
 * What the roles of a login mean for the caches. Glance's default policies allow only `admin` to manage the cache
 * (`cache_image`, `manage_image_cache`). A deployment may have other policies, so this only warns.
 */
export function roleSummary(identity: Identity): RoleSummary {
  if (identity.roles.some((role) => role.toLowerCase() === 'admin'))
    return { admin: true, heading: 'Administrator', text: 'Can see and manage the caches of this cloud’s hosts.' };
  return {
    admin: false,
    heading: 'Not an administrator',
    text:
      identity.roles.length === 0
        ? 'This login has no roles. With Glance’s default policies, hosts refuse to show their caches. Log in with the admin role.'
        : 'With Glance’s default policies, only the admin role can see and change caches. Continue if your hosts have other policies.',
  };
}
