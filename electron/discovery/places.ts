import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { settlesWithin } from '../lib/abort.ts';

/** The IP addresses of a name; throws where there are none. */
export type Lookup = (name: string) => Promise<string[]>;

export const lookUpAll: Lookup = async (name) =>
  (await systemLookup(name, { all: true })).map(({ address }) => address);

/** Names asked for at once: the system has four threads for it, which others need as well. */
const atOnce = 2;
const defaultPatienceMs = 3_000;

/** Where addresses lead: the IP addresses behind their names, as far as they are told within a few seconds. */
export class Places {
  readonly #ips = new Map<string, readonly string[]>();

  /** Looks up the names of these addresses. What cannot be found, or not in time, stays unknown. */
  static async of(addresses: Iterable<string>, lookup: Lookup, patienceMs = defaultPatienceMs): Promise<Places> {
    const places = new Places();
    const names = [...new Set([...addresses].map(nameIn))];
    let over = false;
    const work = async () => {
      for (let name = names.pop(); name !== undefined && !over; name = names.pop()) {
        const ips = isIP(name) ? [name] : await lookup(name).catch(() => []);
        if (!over) places.#ips.set(name, [...new Set(ips)]);
      }
    };
    await settlesWithin(Promise.all(Array.from({ length: atOnce }, work)), patienceMs);
    over = true;
    return places;
  }

  /** The IP addresses of an address, all of one family where there are several of it: of both, one is no second host. */
  several(address: string): readonly string[] {
    const ips = this.#ips.get(nameIn(address)) ?? [];
    return [4, 6].map((family) => ips.filter((ip) => isIP(ip) === family)).find((same) => same.length > 1) ?? [];
  }

  /** Whether two addresses lead to the same port and path of the same machine, however they name it. */
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
