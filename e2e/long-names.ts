import type { Page } from '@playwright/test';
import type { DemoCloud, HostSpec } from '../electron/demo/simulated-cloud.ts';
import { call } from './calls.ts';
import type { OutsideCloud } from './clouds-file.ts';

/** 64 hosts whose names differ only in the middle, in two regions. Two of them are down, one is old. */
export const longHosts: readonly HostSpec[] = Array.from({ length: 64 }, (_, index) => ({
  name: `glance-api-controller-${String(index + 1).padStart(2, '0')}.eu-central-1.cloud.example.net`,
  release: index === 3 ? '23' : index % 3 === 2 ? '25' : '33',
  fill: index % 9 === 2 ? 'overLimit' : 'ordinary',
  region: index < 40 ? 'RegionOne' : 'RegionTwo',
  ...(index === 4 || index === 60 ? { down: true } : {}),
}));

/** The host whose page is measured: it has every warning, large numbers, images without a name and a stalled queue. */
export const busyHost = longHosts[2]?.name ?? '';

/** Gives the images long names, and one host large sizes and numbers of hits. */
export function lengthen({ control }: DemoCloud): void {
  for (const region of ['RegionOne', 'RegionTwo'] as const) {
    control.images(region).forEach(({ id, name }, index) => {
      control.changeImage(id, { name: `team-platform-${name}-hardened-2026w37-build-${10_000 + index}` }, region);
    });
  }
  const host = control.host(busyHost);
  for (const [index, { imageId, size }] of host.state().cached.entries())
    if (index < 6) host.cache(imageId, size * 40, { hits: 23_871_235 + index });
  for (const { id } of control.images().slice(0, 3)) host.enqueue(id);
}

/** Some operations, for the pages that list them. */
async function someOperations(page: Page, hostIds: readonly string[]): Promise<void> {
  const targets: { hostId: string; imageId: string }[] = [];
  for (const hostId of hostIds.slice(0, 12)) {
    const { cached } = await call<{ cached: { imageId: string }[] }>(page, 'hosts/images', { id: hostId });
    targets.push(...cached.slice(0, 2).map(({ imageId }) => ({ hostId, imageId })));
  }
  for (const [index, each] of targets.entries()) if (index < 9) await start(page, { kind: 'delete', targets: [each] });
  await start(page, { kind: 'delete', targets: targets.slice(9) });
}

async function start(page: Page, action: object): Promise<void> {
  const { id } = await call<{ id: string }>(page, 'operations/plan', action);
  await call(page, 'operations/start', { planId: id });
}

/** Schedules that meet on every host, with long names and triggers. Returns the id of one. */
async function someSchedules(page: Page): Promise<string> {
  const saved: { id: string }[] = [];
  for (let index = 0; index < 10; index += 1) {
    const draft = {
      name: `prune the caches of the platform team nightly, eu-central-1, ${index}`,
      note: 'Agreed with the platform team. See the runbook before you change it.',
      action: { kind: 'prune', toPercent: 80 },
      targets: { hosts: { kind: 'all' } },
      trigger: { kind: 'cron', expression: `${index},${index + 30} 1-4,22-23 * * 1-5` },
      timeZone: 'America/Argentina/ComodRivadavia',
      blackouts: [{ from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5] }],
    };
    saved.push(await call<{ id: string }>(page, 'schedules/save', { draft }));
  }
  return saved[0]?.id ?? '';
}

/** Adds the cloud, its hosts, golden sets, schedules and some operations. Returns the ids that the addresses of the pages need. */
export async function addLongFleet(page: Page, { cloud }: OutsideCloud) {
  const source = { kind: 'cloudsYaml', cloudName: 'production' };
  const { id: cloudId } = await call<{ id: string }>(page, 'clouds/add', { name: 'production-eu-central-1', source });
  const hostIds: Record<string, string> = {};
  for (const { name, address, region } of cloud.hosts) {
    const host = { cloudId, name, address, region, limitBytes: 120 * 1_024 ** 3 };
    hostIds[name] = (await call<{ id: string }>(page, 'hosts/add', host)).id;
  }
  await call(page, 'hosts/refresh', {});
  const images = cloud.control.images().slice(0, 30);
  for (const name of ['weekly builds of the platform team, eu-central-1', 'base images'])
    await call(page, 'golden/save', {
      cloudId,
      name,
      hosts: { kind: 'all' },
      exact: true,
      images: images.map(({ id }) => ({ by: 'id', imageId: id })),
    });
  await someOperations(page, Object.values(hostIds));
  const scheduleId = await someSchedules(page);
  return { hostIds, imageId: images[3]?.id ?? '', scheduleId };
}
