import type { Cloud, CloudSource, Identity, SecretPlace } from '../../../electron/contract/clouds.ts';

/** Where a cloud's login comes from, in a few words. */
export function sourceLabel(source: CloudSource): string {
  switch (source.kind) {
    case 'cloudsYaml':
      return `${source.cloudName} in clouds.yaml`;
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

/** Where a cloud's Keystone is, as far as the settings tell; clouds.yaml is read anew at every login. */
export function authUrlOf(source: CloudSource): string | undefined {
  return source.kind === 'typed' && source.login.kind !== 'none' ? source.login.authUrl : undefined;
}

/** Whether requests to a cloud's hosts go without a token, so that there is nobody to be logged in as. */
export function isWithoutLogin(source: CloudSource): boolean {
  return source.kind === 'typed' && source.login.kind === 'none';
}

/** Where a cloud's secret is, in words. */
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

/** Where a secret typed now will be kept. */
export function secretStorageHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'Kept in the keychain of this computer, never in a file of the console’s.'
    : 'Kept in memory only: it is asked for again when the console starts anew.';
}

/** What an empty field means where a secret is kept already. */
export function storedSecretHint(place: 'keychain' | 'memory'): string {
  return place === 'keychain'
    ? 'One is in the keychain of this computer; leave this empty to keep it.'
    : 'One is kept in memory; leave this empty to keep it.';
}

/** Whether a cloud's own failure, or that of a host of it, is cured by handing over its secret. */
export function needsUnlock(cloud: Pick<Cloud, 'secret'>): boolean {
  return cloud.secret === 'missing';
}

export type RoleVerdict = { admin: boolean; heading: string; text: string };

/**
 * What a login's roles mean for the caches. Glance's default policies let `admin` alone manage the cache (`cache_image`,
 * `manage_image_cache`); a deployment may have others, so this warns and forbids nothing.
 */
export function roleSummary(identity: Identity): RoleVerdict {
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
