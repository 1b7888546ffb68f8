import { expect, it } from 'vitest';
import { type WasteRow, wasteConditions } from '../../../electron/contract/waste.ts';
import { describeLeftOut, describeScope, formatPercent, reasonTags, spaceAfter } from './waste-text.ts';

const conditions = wasteConditions.parse({ orphan: true, neverHitDays: 2 });
const row: WasteRow = {
  cloudId: 'cloud',
  imageServiceId: 'cloud',
  imageId: 'a',
  catalogStatus: 'orphan',
  description: null,
  hosts: 3,
  cachedOn: 4,
  bytes: 1,
  unsized: 0,
  hits: 0,
  lastUsed: null,
  why: { orphan: 3, neverHit: 1, idle: 0, golden: 0 },
};

it('gives the reason why an image is listed, and the number of its copies concerned', () => {
  expect(reasonTags(row, conditions).map(({ text }) => text)).toEqual(['orphan', 'never hit 1 of 3']);
  expect(reasonTags(row, wasteConditions.parse({ minBytes: 1 })).map(({ key }) => key)).toEqual([
    'orphan',
    'neverHit',
    'large',
  ]);
});

it('reports what was left out', () => {
  const leftOut = { golden: 1, tooNew: 2, untimed: 0, unsized: 0, unchecked: 0, notVisible: 0 };
  expect(describeLeftOut({ leftOut }, conditions)).toBe(
    'Excluded: 1 copy required by golden sets; 2 copies not hit yet, but cached within the last 2 days.',
  );
  expect(describeLeftOut({ leftOut: { ...leftOut, golden: 0, tooNew: 0 } }, conditions)).toBe('');
});

it('names the hosts that the conditions cover', () => {
  const names = new Map([['h1', 'glance-01']]);
  const scope = { cloudIds: [], labels: [], hostIds: [] };
  expect(describeScope(scope, names)).toBe('All hosts');
  expect(describeScope({ ...scope, labels: ['edge'], hostIds: ['h1'] }, names)).toBe('edge, glance-01');
  expect(describeScope({ ...scope, hostIds: ['h1', 'h2'] }, names)).toBe('2 hosts');
});

it('shows how full a host is afterwards', () => {
  const gib = 2 ** 30;
  const totals = { sizeBytes: 12 * gib, unsized: 0 } as NonNullable<Parameters<typeof spaceAfter>[0]['totals']>;
  expect(spaceAfter({ limitBytes: 10 * gib, totals }, 3 * gib)).toMatchObject({ tone: 'ok', share: 0.25 });
  expect(spaceAfter({ limitBytes: 10 * gib, totals }, gib)).toMatchObject({ tone: 'bad', text: 'still 1.00 GiB over' });
  expect(spaceAfter({ limitBytes: 20 * gib, totals }, 2 * gib).text).toBe('then 50% of limit');
  expect(spaceAfter({ limitBytes: null, totals }, 2 * gib).text).toBe('10.0 GiB left');
  expect(formatPercent(0.001)).toBe('<1%');
});
