import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Returns why a request comes from neither the console's page nor the operator; undefined when it may be one of these.
 *
 * `Host` has to be a loopback name: a foreign page whose name resolves to 127.0.0.1 (DNS rebinding) sends its own name.
 * The port may differ from ours, as with `ssh -L`. `Origin`, when it is sent, has to be that same host.
 */
export function checkOrigin(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !loopback.test(host)) return 'an unknown Host header';
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return 'a different origin';
  const site = headers['sec-fetch-site'];
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opened) return 'a different site';
  return undefined;
}
