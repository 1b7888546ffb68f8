import { describe, expect, it } from 'vitest';
import { DemoBalancer } from '../demo/simulated-balancer.ts';
import { type DemoCloud, type DemoOptions, startDemoCloud } from '../demo/simulated-cloud.ts';
import { startServer } from '../http/testing/local-server.ts';
import { testServices } from './testing/test-services.ts';

const spec = (name: string, release: '33' | '25' | '23' = '33', more: object = {}) =>
  ({ name, release, fill: 'ordinary', ...more }) as const;

/** A console with a simulated cloud outside of it, and the named ones of its hosts. */
async function place(options: DemoOptions, known: readonly string[], login: 'admin' | 'member' = 'admin') {
  const cloud = await startDemoCloud({ traffic: false, images: 30, ...options });
  const console = await testServices();
  const { password, ...rest } = cloud.login[login];
  const { id: cloudId } = await console.client.clouds.add({
    name: 'Outside',
    source: { kind: 'typed', login: { kind: 'password', authUrl: cloud.authUrl, ...rest }, connection: {} },
    secret: password,
  });
  for (const name of known) await console.client.hosts.add({ cloudId, name, address: addressOf(cloud, name) });
  if (known.length > 0) await console.client.hosts.refresh({});
  return {
    cloud,
    cloudId,
    client: console.client,
    find: (kind: 'catalogue' | 'nodes') => console.client.discovery.find({ cloudId, source: { kind } }),
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await cloud.close();
    },
  };
}

function addressOf(cloud: DemoCloud, name: string): string {
  return cloud.hosts.find((host) => host.name === name)?.address ?? '';
}

describe('the catalogue', () => {
  it('has its endpoint with region, interface and a mark as the catalogue’s endpoint', async () => {
    await using here = await place({ hosts: 2 }, []);
    const { candidates, failure } = await here.find('catalogue');
    expect(failure).toBeNull();
    expect(candidates).toMatchObject([
      { address: here.cloud.hosts[0]?.address, from: expect.stringContaining('RegionOne'), knownHostId: null },
    ]);
    expect(candidates[0]?.marks.map(({ kind }) => kind)).toEqual(['catalogue']);
    expect((await here.client.discovery.sources({ cloudId: here.cloudId })).catalogue).toMatchObject({
      can: true,
      text: expect.stringMatching(/^It lists http:.* \(public.*, RegionOne\)\.$/),
    });
  });

  it('is reported without an image service, or without a login', async () => {
    await using here = await place({ hosts: 2 }, []);
    here.cloud.control.keystone.setImageUrl(null);
    expect(await here.client.discovery.sources({ cloudId: here.cloudId })).toMatchObject({
      catalogue: { can: false, reason: 'The service catalog of this cloud has no image service.' },
      nodes: { can: false },
    });
    await here.cloud.control.keystone.down();
    await using other = await place({ hosts: 1 }, []);
    await other.cloud.control.keystone.down();
    const { failure, candidates } = await other.find('catalogue');
    expect([failure?.code, candidates]).toEqual(['unreachable', []]);
  });
});

describe('the neighbours of a host with the central driver', () => {
  it('are the hosts of its database, with those already known; each shares an image with it', async () => {
    await using here = await place(
      { hosts: [spec('a'), spec('b'), spec('c'), spec('alone', '33', { driver: 'sqlite' }), spec('old', '25')] },
      ['a', 'old'],
    );
    const { candidates, problems } = await here.find('nodes');
    const names = new Map(here.cloud.hosts.map(({ address, name }) => [address, name]));
    expect(candidates.map(({ address }) => names.get(address)).sort()).toEqual(['a', 'b', 'c']);
    expect(problems).toEqual([]);
    const known = candidates.filter(({ knownHostId }) => knownHostId !== null);
    expect(known.map(({ address }) => names.get(address))).toEqual(['a']);
    expect(here.cloud.control.host('old').countRequests('GET', /nodes/)).toBe(0);
    expect(here.cloud.control.host('a').countRequests('GET', /nodes/)).toBeLessThanOrEqual(24);
  });

  it('are not requested from a host again once it was listed', async () => {
    await using here = await place({ hosts: [spec('a'), spec('b'), spec('c')] }, ['a', 'b']);
    await here.find('nodes');
    expect(here.cloud.control.host('b').countRequests('GET', /nodes/)).toBe(0);
  });

  it('are found even if they are down, since the database names them', async () => {
    await using here = await place({ hosts: [spec('a'), spec('b')] }, ['a']);
    await here.cloud.control.host('b').down();
    expect((await here.find('nodes')).candidates.map(({ address }) => address)).toContain(addressOf(here.cloud, 'b'));
  });

  it('are requested from the catalogue’s endpoint if the console has no host yet', async () => {
    await using here = await place({ hosts: [spec('a'), spec('b')] }, []);
    expect((await here.client.discovery.sources({ cloudId: here.cloudId })).nodes).toMatchObject({ can: true });
    expect((await here.find('nodes')).candidates).toHaveLength(2);
  });

  it('are not available with another driver, an older Glance, an empty cache, or for a member', async () => {
    await using here = await place({ hosts: [spec('a', '33', { driver: 'sqlite' }), spec('b', '33', { images: 0 })] }, [
      'a',
      'b',
    ]);
    here.cloud.control.host('b').empty();
    await here.client.hosts.refresh({});
    const { candidates, problems } = await here.find('nodes');
    expect(candidates).toEqual([]);
    expect(problems.map(({ text }) => text)).toEqual([
      expect.stringContaining('image_cache_driver is not centralized_db'),
      expect.stringContaining('b has no cached images'),
    ]);
    await using older = await place({ hosts: [spec('old', '25')] }, []);
    expect((await older.find('nodes')).failure?.message).toContain('cannot list its neighbours');
    await using member = await place({ hosts: [spec('a')] }, [], 'member');
    expect((await member.find('nodes')).failure?.code).toBe('forbidden');
  });
});

describe('an inventory and a list', () => {
  it('become candidates that are compared with what is known', async () => {
    await using here = await place({ hosts: 3 }, ['glance-01']);
    const [one, two] = here.cloud.hosts.map(({ address }) => new URL(address).port);
    const text = `[glance-api]\nglance-01 ansible_host=127.0.0.1 glance_api_port=${one}\nglance-02 ansible_host=localhost glance_api_port=${two}\n`;
    const { format, preselected } = await here.client.discovery.groups({ text });
    expect([format, preselected]).toEqual(['ini', 'glance-api']);
    const inventory = await here.client.discovery.find({
      cloudId: here.cloudId,
      source: { kind: 'inventory', text, format, groups: ['glance-api'] },
    });
    expect(inventory.candidates).toMatchObject([
      { name: 'glance-01', knownHostId: expect.any(String) },
      { name: 'glance-02', knownHostId: null, from: 'inventory: glance-api' },
    ]);
    const list = `${here.cloud.hosts[1]?.address} second 500GiB\n\nnot an address !\n${here.cloud.hosts[0]?.address}`;
    const pasted = await here.client.discovery.find({ cloudId: here.cloudId, source: { kind: 'paste', text: list } });
    expect(pasted.candidates).toMatchObject([
      { name: 'second', limitBytes: 500 * 1024 ** 3, from: 'pasted, line 1' },
      { knownHostId: expect.any(String) },
    ]);
    expect(pasted.problems).toMatchObject([{ line: 3 }]);
  });

  it('are added together; those added meanwhile are reported as duplicates', async () => {
    await using here = await place({ hosts: 2 }, ['glance-01']);
    const hosts = here.cloud.hosts.map(({ address, name }) => ({ address, name: `new ${name}`, limitBytes: 1_000 }));
    const { added, duplicates } = await here.client.discovery.add({ cloudId: here.cloudId, hosts });
    expect(added).toMatchObject([{ name: 'new glance-02', limitBytes: 1_000 }]);
    expect(duplicates).toEqual([here.cloud.hosts[0]?.address]);
  });
});

describe('an address', () => {
  it.each([
    ['each request', { per: 'request' }],
    ['each connection', { per: 'connection' }],
  ] as const)('of a balancer that uses another host for %s is marked', async (_, options) => {
    await using here = await place({ hosts: [spec('a'), spec('b')] }, []);
    await using balancer = await DemoBalancer.start(here.cloud.control.hosts, options);
    const verdict = await here.client.hosts.test({ cloudId: here.cloudId, address: balancer.address });
    expect(verdict.marks.map(({ kind }) => kind)).toEqual(['answersDiffer']);
    expect(verdict.steps.at(-1)).toMatchObject({ step: 'oneHost', outcome: 'warning' });
    expect(verdict.steps.at(-1)?.text).toContain('Each host has its own cache');
  });

  it('of a balancer that always uses the same host is marked by its cookie', async () => {
    await using here = await place({ hosts: [spec('a')] }, []);
    await using balancer = await DemoBalancer.start(here.cloud.control.hosts, { sticky: true });
    const { marks } = await here.client.hosts.test({ cloudId: here.cloudId, address: balancer.address });
    expect(marks).toMatchObject([{ kind: 'between', text: expect.stringContaining('the cookie SERVERID') }]);
  });

  it('of a host is not marked, for any release, and receives only GET requests', async () => {
    await using here = await place({ hosts: [spec('first'), spec('a'), spec('b', '25'), spec('c', '23')] }, []);
    for (const { name, address } of here.cloud.hosts.slice(1)) {
      const { marks, steps } = await here.client.hosts.test({ cloudId: here.cloudId, address });
      expect([name, marks, steps.at(-1)?.outcome]).toEqual([name, [], 'ok']);
      const methods = here.cloud.control.host(name).requests.map(({ method }) => method);
      expect(new Set(methods)).toEqual(new Set(['GET']));
    }
  });

  it('of a host whose cache changes during the test is not marked', async () => {
    await using here = await place({ hosts: [spec('first'), spec('a')] }, []);
    const host = here.cloud.control.host('a');
    let count = 0;
    host.fault({ kind: 'slow', ms: 5 }, { path: '/v2/cache' });
    const changing = setInterval(() => {
      count += 1;
      host.cache(`image-${count}`, 1_000);
    }, 3);
    try {
      const { marks } = await here.client.hosts.test({ cloudId: here.cloudId, address: host.address });
      expect(marks).toEqual([]);
    } finally {
      clearInterval(changing);
    }
  });

  it('that does not answer has no verdict about load balancers', async () => {
    await using here = await place({ hosts: [spec('first'), spec('a', '33', { down: true })] }, []);
    const { marks, steps } = await here.client.hosts.test({
      cloudId: here.cloudId,
      address: addressOf(here.cloud, 'a'),
    });
    expect([marks, steps.at(-1)?.outcome]).toEqual([[], 'skipped']);
  });

  it('is tested with others, and the results are streamed', async () => {
    await using here = await place({ hosts: 3 }, []);
    const addresses = here.cloud.hosts.map(({ address }) => address);
    const states: string[] = [];
    for await (const { state } of await here.client.discovery.examine({
      cloudId: here.cloudId,
      addresses,
      chosen: true,
    })) {
      states.push(state);
    }
    expect(states.filter((state) => state === 'testing')).toHaveLength(3);
    expect(states.filter((state) => state === 'tested')).toHaveLength(3);
  });

  it('receives no token before the operator has selected it', async () => {
    await using here = await place({ hosts: 1 }, []);
    const stranger = await startServer(({ path }) =>
      path === '/'
        ? { status: 300, body: { versions: [{ id: 'v2.17' }, { id: 'v2.14' }] } }
        : { status: 401, body: { message: 'Authentication required' } },
    );
    const examine = async (chosen?: boolean) => {
      const input = { cloudId: here.cloudId, addresses: [stranger.url], ...(chosen ? { chosen } : {}) };
      for await (const one of await here.client.discovery.examine(input)) {
        if (one.state === 'tested') return one.verdict;
      }
      throw new Error('The test did not end');
    };
    try {
      const verdict = await examine();
      expect(verdict).toMatchObject({ withoutLogin: true, failure: null, capabilities: null });
      const texts = Object.fromEntries(verdict.steps.map(({ step, text }) => [step, text]));
      expect(texts).toMatchObject({
        version: 'Image API 2.17: Glance 2024.2 (29) to 2026.1 (32).',
        caching: '/v2/cache requires a login.',
        token: expect.stringContaining('only to an address that you select'),
      });
      expect(stranger.received.map(({ path }) => path)).toContain('/v2/cache');
      expect(stranger.received.filter(({ headers }) => headers['x-auth-token'] !== undefined)).toEqual([]);
      await examine(true);
      expect(stranger.received.some(({ headers }) => headers['x-auth-token'] !== undefined)).toBe(true);
    } finally {
      await stranger.close();
    }
  });
});
