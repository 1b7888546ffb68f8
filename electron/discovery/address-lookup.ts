import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { settlesWithin } from '../lib/abort.ts';

/** Resolves a name to its IP addresses; throws if there are none. */
export type Lookup = (name: string) => Promise<string[]>;

export const lookUpAddresses: Lookup = async (name) =>
  (await systemLookup(name, { all: true })).map(({ address }) => address);

/** Names resolved at the same time. The system has four threads for it, which others need as well. */
const concurrency = 2;
const defaultTimeoutMs = 3_000;

/** The IP addresses of host addresses, as far as they resolve within a few seconds. */
export class ResolvedAddresses {
  readonly #ips = new Map<string, readonly string[]>();

  /** Resolves the names of these addresses. A name that does not resolve in time stays unknown. */
  static async of(
    addresses: Iterable<string>,
    lookup: Lookup,
    timeoutMs = defaultTimeoutMs,
  ): Promise<ResolvedAddresses> {
    const resolved = new ResolvedAddresses();
    const names = [...new Set([...addresses].map(nameIn))];
    let over = false;
    const work = async () => {
      for (let name = names.pop(); name !== undefined && !over; name = names.pop()) {
        const ips = isIP(name) ? [name] : await lookup(name).catch(() => []);
        if (!over) resolved.#ips.set(name, [...new Set(ips)]);
      }
    };
    await settlesWithin(Promise.all(Array.from({ length: concurrency }, work)), timeoutMs);
    over = true;
    return resolved;
  }

  /** The IP addresses of an address if one family has several. One IPv4 and one IPv6 address may be the same host. */
  several(address: string): readonly string[] {
    const ips = this.#ips.get(nameIn(address)) ?? [];
    return [4, 6].map((family) => ips.filter((ip) => isIP(ip) === family)).find((same) => same.length > 1) ?? [];
  }

  /** Whether two addresses mean the same port and path of the same machine, whatever name they use. */
  same(one: string, other: string): boolean {
    if (one === other) return true;
    const [a, b] = [new URL(one), new URL(other)];
    if (portOf(a) !== portOf(b) || a.pathname !== b.pathname) return false;
    if (nameIn(one) === nameIn(other)) return true;
    const ips = this.#ips.get(nameIn(one)) ?? [];
    return (this.#ips.get(nameIn(other)) ?? []).some((ip) => ips.includes(ip));
  }
}

function nameIn(address: string): string {
  return new URL(address).hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}
