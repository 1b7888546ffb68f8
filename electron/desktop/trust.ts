import { pageOrigin } from '../contract/transport.ts';

/** Places elsewhere that the console links to; the operator's browser opens them, never the console's own window. */
const knownSites: readonly string[] = ['https://docs.openstack.org'];

/** Whether an address is one of the console's own pages. */
export function isOurs(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`);
}

/** Whether an address may be handed to the operator's browser. */
export function isKnownSite(url: string): boolean {
  try {
    const { origin, username, password } = new URL(url);
    return knownSites.includes(origin) && username === '' && password === '';
  } catch {
    return false;
  }
}
