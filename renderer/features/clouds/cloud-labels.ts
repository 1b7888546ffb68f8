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
      return 'In memory, until the console ends';
    case 'missing':
      return 'Missing: unlock to log in';
    case 'unneeded':
      return 'None needed';
  }
}

/** The hint of a secret's field: where the console stores it. */
export function secretStorageHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'Kept in the keychain of this computer, never in a file of the console’s.'
    : 'Kept in memory only: it is asked for again when the console starts anew.';
}

/** The hint of a secret's field where the console already has a secret. */
export function storedSecretHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'One is in the keychain of this computer; leave this empty to keep it.'
    : 'One is kept in memory; leave this empty to keep it.';
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
        ? 'This login brings no roles. Hosts with Glance’s own policies will refuse to show their caches: log in with the admin role.'
        : 'Hosts with Glance’s own policies show and change their caches for the admin role only. Go on if yours have other policies.',
  };
}
