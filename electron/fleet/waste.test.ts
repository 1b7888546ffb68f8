import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CachedImage } from '../contract/images.ts';
import { dayMs } from '../contract/images.ts';
import { builtInWasteFilters, type WasteConditions, wasteConditions, wasteList } from '../contract/waste.ts';
import { atOnce } from '../lib/slices.ts';
import type { HostWithImages } from './coverage.ts';
import { hostWithImages } from './testing/host-with-images.ts';
import type { WasteScan } from './waste.ts';
import { copySteps, listSteps, reclaimSteps, targetSteps } from './waste.ts';

const now = Date.UTC(2026, 10, 22);
const ago = (days: number) => now - days * dayMs;

function image(imageId: string, changes: Partial<CachedImage> = {}): CachedImage {
  return {
    imageId,
    sizeBytes: 1_000,
    hits: 5,
    lastAccessed: now,
    lastModified: ago(100),
    catalogStatus: 'known',
    description: {
      name: `Name of ${imageId}`,
      status: 'active',
      diskFormat: 'qcow2',
      owner: null,
      visibility: 'public',
      catalogueSizeBytes: 1_000,
    },
    ...changes,
  };
}

function found(
  hosts: readonly HostWithImages[],
  asked: Partial<WasteConditions>,
  more: Partial<WasteScan> = {},
): WasteScan {
  return { conditions: wasteConditions.parse(asked), hosts, now, golden: () => new Set(), ...more };
}

const idsOf = (scan: WasteScan) =>
  atOnce(listSteps(scan, 100))
    .rows.map(({ imageId }) => imageId)
    .join('');

describe('waste', () => {
  const hosts = [
    hostWithImages('one', [
      image('a', { catalogStatus: 'orphan', description: null, sizeBytes: 9_000 }),
      image('b', { hits: 0, lastAccessed: ago(40), lastModified: ago(40), sizeBytes: 8_000 }),
      image('c', { hits: 0, lastAccessed: ago(0.5), lastModified: ago(0.5), sizeBytes: 7_000 }),
      image('d', { lastAccessed: ago(31), sizeBytes: 6_000 }),
      image('e', { sizeBytes: 5_000 }),
      image('f', { hits: 0, lastAccessed: null, lastModified: null, sizeBytes: 4_000 }),
      image('g', { catalogStatus: 'unchecked', sizeBytes: 3_000 }),
      image('h', { catalogStatus: 'notVisible', sizeBytes: 2_000 }),
    ]),
    hostWithImages('two', [image('a', { catalogStatus: 'orphan', description: null, sizeBytes: 9_000 }), image('d')]),
  ];

  it('is orphaned, never hit although it was cached long enough, or idle: by any or by all of the conditions', () => {
    expect(idsOf(found(hosts, { orphan: true }))).toBe('a');
    expect(idsOf(found(hosts, { neverHitDays: 1 }))).toBe('b');
    expect(idsOf(found(hosts, { neverHitDays: 0 }))).toBe('bcf');
    expect(idsOf(found(hosts, { idleDays: 30 }))).toBe('bd');
    expect(idsOf(found(hosts, { orphan: true, neverHitDays: 1, idleDays: 30 }))).toBe('abd');
    expect(idsOf(found(hosts, { match: 'all', neverHitDays: 1, idleDays: 30 }))).toBe('b');
  });

  it('is filtered by size, hits, name and hosts', () => {
    expect(idsOf(found(hosts, { minBytes: 8_000 }))).toBe('ab');
    expect(idsOf(found(hosts, { maxHits: 0, minBytes: 5_000 }))).toBe('bc');
    expect(idsOf(found(hosts, { idleDays: 30, text: 'name of D' }))).toBe('d');
    expect(idsOf(found(hosts, { orphan: true, hostIds: ['nobody'] }))).toBe('');
    expect(idsOf(found(hosts, { orphan: true, cloudIds: ['other'] }))).toBe('');
    expect(idsOf(found(hosts, { minBytes: 1, labels: ['edge'] }))).toBe('');
  });

  it('is empty where no condition defines it', () => {
    expect(idsOf(found(hosts, { text: 'name' }))).toBe('');
  });

  it('is summed up, with the number of hosts that have the image at all, and what was left out', () => {
    const list = atOnce(listSteps(found(hosts, { orphan: true, neverHitDays: 1, idleDays: 30 }), 2));
    expect(wasteList.parse({ ...list, goldenUnknown: [] })).toMatchObject(list);
    expect(list).toMatchObject({
      images: 3,
      copies: 4,
      bytes: 32_000,
      leftOut: { tooNew: 1, untimed: 1, unchecked: 1, notVisible: 1, golden: 0 },
      hosts: { looked: 2, unknown: [], down: [], shifted: [] },
    });
    expect(list.rows).toMatchObject([
      { imageId: 'a', hosts: 2, cachedOn: 2, bytes: 18_000, hits: 10, why: { orphan: 2, neverHit: 0, idle: 0 } },
      { imageId: 'b', hosts: 1, cachedOn: 1, why: { orphan: 0, neverHit: 1, idle: 1 } },
    ]);
    const [idle] = atOnce(listSteps(found(hosts, { idleDays: 30, text: 'name of d' }), 1)).rows;
    expect(idle).toMatchObject({ hosts: 1, cachedOn: 2, lastUsed: ago(31) });
  });

  it('includes what a golden set wants only on request', () => {
    const golden = (hostId: string) => new Set(hostId === 'one' ? ['a'] : []);
    const without = atOnce(listSteps(found(hosts, { orphan: true }, { golden }), 9));
    expect(without).toMatchObject({ copies: 1, leftOut: { golden: 1 }, rows: [{ hosts: 1, why: { golden: 0 } }] });
    const withThem = atOnce(listSteps(found(hosts, { orphan: true, golden: true }, { golden }), 9));
    expect(withThem).toMatchObject({ copies: 2, leftOut: { golden: 0 }, rows: [{ hosts: 2, why: { golden: 1 } }] });
  });

  it('is known only of hosts that were read, and marked as old where they are down', () => {
    const [one] = hosts;
    if (!one) throw new Error('There is a host');
    const list = atOnce(
      listSteps(
        found(
          [
            one,
            hostWithImages('unread', [], { takenAt: null }),
            hostWithImages('null', [image('a', { catalogStatus: 'orphan' })], { warnings: ['nullList'] }),
            hostWithImages('down', [image('a', { catalogStatus: 'orphan' })], { state: 'failed', takenAt: 0 }),
            hostWithImages('odd', [], { warnings: ['clockShifted'] }),
          ],
          { orphan: true },
        ),
        9,
      ),
    );
    expect(list.hosts).toEqual({
      looked: 3,
      unknown: ['unread', 'null'],
      down: ['down'],
      shifted: ['odd'],
      oldest: 0,
    });
    expect(list.copies).toBe(2);
  });
});

it('is deleted as selected: copies that do not match stay', () => {
  const hosts = [
    hostWithImages('one', [image('a', { lastAccessed: ago(50) }), image('b', { lastAccessed: ago(50) })]),
    hostWithImages('two', [image('a'), image('b', { lastAccessed: ago(50) })]),
    hostWithImages('other', [image('a', { lastAccessed: ago(50) })], { cloudId: 'elsewhere' }),
  ];
  const idle = found(hosts, { idleDays: 30 });
  const chosen = [{ imageServiceId: 'cloud', imageId: 'a' }];
  expect(atOnce(targetSteps(idle, chosen))).toEqual([{ hostId: 'one', imageId: 'a' }]);
  expect(atOnce(targetSteps(idle, null))).toHaveLength(4);
  expect(atOnce(targetSteps(idle, []))).toEqual([]);
  expect(atOnce(reclaimSteps(idle, chosen))).toEqual({ hosts: [{ hostId: 'one', images: 1, bytes: 1_000 }] });
  expect(atOnce(copySteps(idle, { imageServiceId: 'cloud', imageId: 'b' })).map(({ hostId }) => hostId)).toEqual([
    'one',
    'two',
  ]);
});

it('has built-in filters, each of which has a condition', () => {
  const hosts = [
    hostWithImages('one', [image('a', { catalogStatus: 'orphan', hits: 0, sizeBytes: 2 ** 40, lastAccessed: 1 })]),
  ];
  for (const { conditions } of builtInWasteFilters) expect(idsOf(found(hosts, conditions))).toBe('a');
});

// For any conditions and any hosts, the result has the same copies as a check of each single record.
const time = fc.option(
  fc.integer({ min: 0, max: 60 }).map((days) => ago(days)),
  { nil: null },
);
const cached = fc.record({
  imageId: fc.constantFrom('a1', 'b2', 'c3', 'd4', 'e5'),
  sizeBytes: fc.integer({ min: 0, max: 100 }),
  hits: fc.integer({ min: 0, max: 3 }),
  lastAccessed: time,
  lastModified: time,
  catalogStatus: fc.constantFrom('known' as const, 'orphan' as const, 'notVisible' as const, 'unchecked' as const),
});
const anyHost = fc.record({
  id: fc.uuid(),
  cloudId: fc.constantFrom('cloud', 'other'),
  cached: fc.uniqueArray(cached, { selector: ({ imageId }) => imageId, maxLength: 5 }),
  takenAt: time,
  labels: fc.subarray(['edge', 'core']),
});
const days = fc.option(fc.integer({ min: 1, max: 60 }), { nil: null });
const conditions = fc.record({
  match: fc.constantFrom('any' as const, 'all' as const),
  orphan: fc.boolean(),
  neverHitDays: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
  idleDays: days,
  minBytes: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
  maxHits: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
  cloudIds: fc.subarray(['cloud', 'other']),
  hostIds: fc.constant<string[]>([]),
  labels: fc.subarray(['edge', 'core']),
  text: fc.constantFrom('', 'a', '1', 'name', 'zzz'),
  golden: fc.boolean(),
});

it('agrees record by record with what each host has', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyHost, { selector: ({ id }) => id, maxLength: 6 }),
      conditions,
      fc.subarray(['a1', 'b2']),
      (given, asked, wanted) => {
        const hosts = given.map(({ id, cached: records, ...rest }) =>
          hostWithImages(
            id,
            records.map(({ imageId, ...record }) => image(imageId, record)),
            rest,
          ),
        );
        const scan = found(hosts, asked, { golden: () => new Set(wanted) });
        const expected = given.flatMap(({ id, cloudId, cached: records, takenAt, labels }) =>
          takenAt === null ||
          (asked.cloudIds.length > 0 && !asked.cloudIds.includes(cloudId)) ||
          (asked.labels.length > 0 && !asked.labels.some((label) => labels.includes(label)))
            ? []
            : records
                .filter((record) => isExpected(record, asked, wanted))
                .map((record) => ({ id, cloudId, ...record })),
        );
        const list = atOnce(listSteps(scan, 1_000));
        expect(atOnce(targetSteps(scan, null)).map((one) => `${one.hostId} ${one.imageId}`)).toEqual(
          expected.map(({ id, imageId }) => `${id} ${imageId}`),
        );
        expect(list.copies).toBe(expected.length);
        expect(list.bytes).toBe(sum(expected.map(({ sizeBytes }) => sizeBytes)));
        expect(list.images).toBe(list.rows.length);
        for (const row of list.rows) {
          const own = expected.filter(({ cloudId, imageId }) => cloudId === row.cloudId && imageId === row.imageId);
          expect(row).toMatchObject({
            hosts: own.length,
            bytes: sum(own.map(({ sizeBytes }) => sizeBytes)),
            hits: sum(own.map(({ hits }) => hits)),
          });
          expect(atOnce(copySteps(scan, row)).map(({ hostId }) => hostId)).toEqual(own.map(({ id }) => id));
        }
        const byHost = new Map(atOnce(reclaimSteps(scan, null)).hosts.map((one) => [one.hostId, one]));
        for (const { id } of given) {
          const own = expected.filter((one) => one.id === id);
          expect(byHost.get(id)?.images ?? 0).toBe(own.length);
          expect(byHost.get(id)?.bytes ?? 0).toBe(sum(own.map(({ sizeBytes }) => sizeBytes)));
        }
        expect(atOnce(reclaimSteps(scan, list.rows))).toEqual(atOnce(reclaimSteps(scan, null)));
        expect([...list.rows].sort((one, other) => other.bytes - one.bytes).map(({ bytes }) => bytes)).toEqual(
          list.rows.map(({ bytes }) => bytes),
        );
      },
    ),
  );
});

type Drawn = Omit<WasteConditions, 'hostIds'>;
type Record = typeof cached extends fc.Arbitrary<infer One> ? One : never;

/** The expected result for one record, one condition after the other. */
function isExpected(record: Record, asked: Drawn, wanted: readonly string[]): boolean {
  const { orphan, neverHitDays, idleDays, minBytes, maxHits, text } = asked;
  if (!orphan && neverHitDays === null && idleDays === null && minBytes === null && maxHits === null) return false;
  if (minBytes !== null && record.sizeBytes < minBytes) return false;
  if (maxHits !== null && record.hits > maxHits) return false;
  if (wanted.includes(record.imageId) && !asked.golden) return false;
  if (!`name of ${record.imageId}`.includes(text)) return false;
  const last = record.lastAccessed ?? record.lastModified;
  const chance = record.lastModified === null ? -1 : now - record.lastModified;
  const met: boolean[] = [];
  if (orphan) met.push(record.catalogStatus === 'orphan');
  if (neverHitDays !== null) met.push(record.hits === 0 && (neverHitDays === 0 || chance >= neverHitDays * dayMs));
  if (idleDays !== null) met.push(last !== null && last <= ago(idleDays));
  if (met.length === 0) return true;
  return asked.match === 'all' ? !met.includes(false) : met.includes(true);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
