import type { Identity } from '../../../electron/contract/clouds.ts';

export type RoleVerdict = { admin: boolean; heading: string; text: string };

/**
 * What a login's roles mean for the caches. Glance's default policies let `admin` alone manage the cache (`cache_image`,
 * `manage_image_cache`); a deployment may have others, so this warns and forbids nothing.
 */
export function roleVerdict(identity: Identity): RoleVerdict {
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
