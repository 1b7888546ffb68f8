import { BlockList, isIP } from 'node:net';
import { ExpectedFailure } from '../contract/failure.ts';

/** A proxy for a request: its URI, and the address without login that may be shown. */
export type ProxyAddress = { uri: string; shown: string };

/** `socks5h` and `socks` look up names at the proxy, `socks5` looks them up here. */
const proxyProtocols = new Set(['http:', 'https:', 'socks:', 'socks5:', 'socks5h:']);

/** Whether a proxy speaks SOCKS 5. */
export function isSocks(uri: string): boolean {
  return /^socks/i.test(uri);
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isLoopback(host: string): boolean {
  if (isIP(host)) return loopback.check(host, family(host));
  return host === 'localhost' || host.endsWith('.localhost');
}

function inSubnet(host: string, entry: string): boolean {
  const [net = '', bits = ''] = entry.split('/');
  const size = Number(bits);
  if (!isIP(host) || !isIP(net) || bits === '' || !Number.isInteger(size)) return false;
  if (size < 0 || size > (isIP(net) === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(net, size, family(net));
  return list.check(host, family(host));
}

/**
 * Whether one entry of NO_PROXY matches a host: `*`, a name and its subdomains, an address or a subnet, each with an
 * optional port.
 */
function spares(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inSubnet(host, entry);
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (match && match[2] !== port) return false;
  const name = (match?.[1] ?? entry).replace(/^\[(.*)\]$/, '$1').replace(/^\*?\./, '');
  return host === name || (!isIP(host) && host.endsWith(`.${name}`));
}

/**
 * Returns the proxy for a URL from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`; lower case
 * first), by the rules of Python's requests, which OpenStack's own clients use. Loopback addresses never use a proxy,
 * because the demo cloud runs there.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): ProxyAddress | undefined {
  const host = url.hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isLoopback(host)) return undefined;
  const read = (name: string) => (env[name.toLowerCase()] ?? env[name] ?? '').trim();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const spared = read('NO_PROXY')
    .toLowerCase()
    .split(/[,\s]+/)
    .filter(Boolean);
  if (spared.some((entry) => spares(entry, host, port))) return undefined;
  const own = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = read(own) ? own : 'ALL_PROXY';
  const text = read(variable);
  if (!text) return undefined;
  const uri = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const protocol = URL.canParse(uri) ? new URL(uri).protocol : undefined;
  if (protocol === 'socks4:' || protocol === 'socks4a:') {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: `The environment variable ${variable} names a SOCKS 4 proxy, which is not supported.`,
      remedy: `Most of these proxies, such as ssh -D, also support SOCKS 5. Use ${protocol === 'socks4a:' ? 'socks5h' : 'socks5'}:// in ${variable}, and restart the console.`,
    });
  }
  if (protocol === undefined || !proxyProtocols.has(protocol) || new URL(uri).hostname === '') {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: `The environment variable ${variable} is not a valid proxy address.`,
      remedy: `Set ${variable} to an address such as http://proxy:3128 or socks5h://127.0.0.1:1080, or name ${host} in NO_PROXY, and restart the console.`,
    });
  }
  const parsed = new URL(uri);
  return { uri, shown: `${parsed.protocol}//${parsed.host}` };
}
