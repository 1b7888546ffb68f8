import type { Action } from '../../electron/contract/operations.ts';
import type { Release } from '../../electron/demo/glance-releases.ts';
import type { Random } from '../../electron/demo/random.ts';
import type { ConsoleClient } from '../../renderer/bridge/client.ts';
import type { FaultCloudSpec, HostSpec, ImageSpec } from './fault-hosts.ts';
import { cloudId } from './killable-console.ts';

export const roundKinds = [
  'queue',
  'delete',
  'clear cache',
  'clear queue',
  'clear both',
  'prune',
  'prune by deletion',
  'clean',
  'prefetch by reading',
  'align',
  'golden sync',
] as const;
export type RoundKind = (typeof roundKinds)[number];

/** The hosts of a round, and the action that is killed in its middle. */
export type RoundSetup = {
  spec: FaultCloudSpec;
  /** Makes the action. A golden set is saved first. */
  action(client: ConsoleClient): Promise<Action>;
  /** Whether images may be booted between two consoles. A prune would remove other images then. */
  mayBoot: boolean;
};

const hostNames = ['glance-01', 'glance-02', 'glance-03'];

export function someImages(random: Random, count: number): ImageSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    id: random.uuid(),
    name: `image-${index}`,
    size: random.int(200_000, 4_000_000),
  }));
}

export function setUpRound(kind: RoundKind, random: Random): RoundSetup {
  const images = someImages(random, kind === 'prefetch by reading' ? 6 : random.int(8, 16));
  const ids = images.map(({ id }) => id);
  const half = Math.ceil(ids.length / 2);
  const [first, second] = [ids.slice(0, half), ids.slice(half)];
  const on = (imageIds: readonly string[]) =>
    hostNames.flatMap((hostId) => imageIds.map((imageId) => ({ hostId, imageId })));
  const sizeOf = (imageIds: readonly string[]) =>
    images.reduce((sum, { id, size }) => sum + (imageIds.includes(id) ? size : 0), 0);
  const hosts = (release: () => Release, content: Omit<HostSpec, 'name' | 'release'>): HostSpec[] =>
    hostNames.map((name) => ({ name, release: release(), ...content }));
  const anyRelease = () => random.pick(['25', '29', '33'] as const);
  const setup = (specs: HostSpec[], action: RoundSetup['action'], mayBoot = true): RoundSetup => ({
    spec: { seed: random.hex(8), images, hosts: specs, fetchBytesPerSecond: 200_000_000 },
    action,
    mayBoot,
  });
  switch (kind) {
    case 'queue':
      return setup(hosts(anyRelease, {}), async () => ({ kind: 'queue', targets: on(ids) }));
    case 'delete':
      return setup(hosts(anyRelease, { cached: ids }), async () => ({ kind: 'delete', targets: on(first) }));
    case 'clear cache':
    case 'clear queue':
    case 'clear both': {
      const what = kind.slice('clear '.length) as 'cache' | 'queue' | 'both';
      const specs = hosts(anyRelease, { cached: first, queued: second });
      return setup(specs, async () => ({ kind: 'clear', hostIds: hostNames, what }));
    }
    case 'prune': {
      const specs = hosts(() => '33', { cached: ids, limitBytes: sizeOf(second) });
      return setup(specs, async () => ({ kind: 'prune', hostIds: hostNames, method: 'native' }), false);
    }
    case 'prune by deletion': {
      const specs = hosts(() => '25', { cached: ids, limitBytes: sizeOf(second) });
      return setup(specs, async () => ({ kind: 'prune', hostIds: hostNames, method: 'delete' }), false);
    }
    case 'clean':
      return setup(
        hosts(() => '33', { cached: ids }),
        async () => ({ kind: 'clean', hostIds: hostNames }),
      );
    case 'prefetch by reading':
      return setup(
        hosts(() => '18', { queued: ids }),
        async () => ({ kind: 'prefetch', hostIds: hostNames }),
      );
    case 'align':
      return setup(hosts(anyRelease, { cached: first }), async () => ({
        kind: 'align',
        queue: on(second),
        delete: on(first.slice(1)),
      }));
    case 'golden sync':
      return setup(
        hosts(anyRelease, { cached: first }),
        async (client) => {
          // A console that was killed before it had recorded the operation has saved the set already.
          const [saved] = (await client.golden.list({})).sets;
          const golden =
            saved ??
            (await client.golden.save({
              cloudId,
              name: 'golden',
              note: '',
              hosts: { kind: 'all' },
              exact: true,
              images: second.map((imageId) => ({ by: 'id', imageId })),
              rules: [],
            }));
          return { kind: 'align', ...(await client.golden.targets({ id: golden.id, hostIds: hostNames })) };
        },
        // An image that boots would be extra too, but was not when the operation was planned.
        true,
      );
  }
}
