import type { AddressMark } from '../contract/hosts.ts';

/** Whether an address (a URL) leads to the machine that asks: `localhost`, 127.0.0.0/8, `::1`, or no address at all. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const name = new URL(address).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return (
    /^(.+\.)?localhost(\.localdomain|[46])?$/.test(name) ||
    /^localhost[46]\.localdomain[46]$/.test(name) ||
    /^ip6-(localhost|loopback)$/.test(name) ||
    /^127(\.\d{1,3}){3}$/.test(name) ||
    /^(0\.0\.0\.0|::1?)$/.test(name) ||
    // An IPv4 address as IPv6, which the URL standard writes in hexadecimal: ::ffff:7f00:1.
    /^::ffff:(7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0)$/.test(name)
  );
}

/** The mark of an address that leads to the console's own machine, which its source probably does not mean. */
export function loopbackMark(address: string): AddressMark | undefined {
  if (!isLoopback(address)) return undefined;
  const host = new URL(address).hostname;
  const text = `${host} is the machine that runs the console, not the machine where the source was created. If glance-api runs elsewhere, enter its address as seen from here.`;
  return { kind: 'thisMachine', label: 'this machine', text: text.slice(0, 1_000) };
}
