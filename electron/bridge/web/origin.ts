import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request is not one of our own pages' or of the operator opening one; undefined when it may be.
 *
 * The name in `Host` has to be a loopback one: a page elsewhere whose name was made to resolve to 127.0.0.1 sends its
 * own. Its port may differ from ours, as through `ssh -L`. `Origin`, where it is sent, has to be that very host.
 */
export function foreignness(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !loopback.test(host)) return 'a Host that is not this machine';
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return 'a foreign Origin';
  const site = headers['sec-fetch-site'];
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opened) return 'a page elsewhere';
  return undefined;
}

/** Whether the browser was led here by a page elsewhere: it then keeps a strict cookie back, also after a redirect. */
export function ledFromElsewhere(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}
