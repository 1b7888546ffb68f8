/** Glance's default port, `bind_port` of glance-api.conf. */
const defaultPort = 9292;

/**
 * The address of a glance-api host from what an operator types: `glance-01`, `glance-01:9292`, `[fd00::1]`,
 * `https://glance-01/image`. Without a scheme it is http, without a port and a scheme it is Glance's 9292. A trailing
 * `/v2` goes. `undefined` when it is no such address, or when it carries a login, a query or a fragment.
 */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 500 || /\s/.test(trimmed)) return undefined;
  const schemed = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  if (!schemed && /^[^[]*:[^:]*:/.test(trimmed)) return undefined;
  let url: URL;
  try {
    url = new URL(schemed ? trimmed : `http://${trimmed}`);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username || url.password || url.search || url.hash || !url.hostname) return undefined;
  if (!schemed && !/^(\[[^\]]*\]|[^/:]*):80(\/|$)/.test(trimmed) && url.port === '') url.port = String(defaultPort);
  const path = url.pathname.replace(/(?:\/(?:v2)?)+$/, '');
  const address = `${url.origin}${path}`;
  // What is not ASCII grows when it is encoded.
  return address.length <= 500 ? address : undefined;
}

/** The name a host gets when the operator gives none: the first label of its host name, or its whole IP address; no longer than a name may be. */
export function nameOfAddress(address: string): string {
  const host = new URL(address).hostname;
  const name = /^[\d.]+$|^\[/.test(host) ? host : host.split('.').find((label) => label !== '');
  return (name ?? host).slice(0, 100);
}
