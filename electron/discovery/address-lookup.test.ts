import { describe, expect, it } from 'vitest';
import { ResolvedAddresses } from './address-lookup.ts';
import { addressMarks } from './load-balancer.ts';

const names: Record<string, string[]> = {
  vip: ['10.0.0.100'],
  many: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  dual: ['10.0.0.4', 'fd00::4'],
  'glance-01': ['10.0.0.1'],
};
const lookup = async (name: string) => {
  const ips = names[name];
  if (ips) return ips;
  throw new Error(`ENOTFOUND ${name}`);
};
const entry = (address: string) => ({ address, interface: 'public', regions: ['RegionOne'], chosen: true });

describe('address lookup', () => {
  it('returns the same machine for two names of it, and different ones for two of its ports', async () => {
    const resolved = await ResolvedAddresses.of(
      ['http://glance-01:9292', 'http://10.0.0.1:9292', 'http://nowhere:9292'],
      lookup,
    );
    expect(resolved.same('http://glance-01:9292', 'http://10.0.0.1:9292')).toBe(true);
    expect(resolved.same('http://glance-01:9292', 'http://10.0.0.1:9293')).toBe(false);
    expect(resolved.same('http://glance-01:9292', 'http://10.0.0.1:9292/image')).toBe(false);
    expect(resolved.same('http://nowhere:9292', 'https://nowhere:9292')).toBe(true);
    expect(resolved.same('http://nowhere:9292', 'http://glance-01:9292')).toBe(false);
  });

  it('does not wait for names that no server resolves', async () => {
    const never = () => new Promise<string[]>(() => {});
    const resolved = await ResolvedAddresses.of(['http://a:1', 'http://10.0.0.9:1'], never, 1);
    expect(resolved.several('http://a:1')).toEqual([]);
  });

  it('marks a name with several addresses, but not a name with one address of each family', async () => {
    const resolved = await ResolvedAddresses.of(['http://many:9292', 'http://dual:9292'], lookup);
    expect(addressMarks('http://many:9292', resolved, []).map(({ label }) => label)).toEqual(['3 addresses']);
    expect(addressMarks('http://dual:9292', resolved, [])).toEqual([]);
  });

  it('marks an address of the catalogue under any of its names', async () => {
    const entries = [entry('http://vip:9292')];
    const resolved = await ResolvedAddresses.of(
      ['http://vip:9292', 'http://10.0.0.100:9292', 'http://glance-01:9292'],
      lookup,
    );
    const [mark] = addressMarks('http://10.0.0.100:9292', resolved, entries);
    expect(mark?.label).toBe('service catalog endpoint');
    expect(mark?.text).toContain('(public, RegionOne)');
    expect(mark?.text).toContain('Each host has its own cache');
    expect(addressMarks('http://vip:9292', resolved, entries, true)[0]?.text).toContain('may be that single host');
    expect(addressMarks('http://glance-01:9292', resolved, entries)).toEqual([]);
  });
});
