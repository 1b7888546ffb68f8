import { expect, it } from 'vitest';
import { type WasteRow, wasteConditions } from '../../../electron/contract/waste.ts';
import { afterwards, leftOutWords, percent, sameConditions, scopeWords, whyTags } from './waste-text.ts';

const conditions = wasteConditions.parse({ orphan: true, neverHitDays: 2 });
const row: WasteRow = {
  cloudId: 'cloud',
  imageId: 'a',
  standing: 'orphan',
  description: null,
  hosts: 3,
  cachedOn: 4,
  bytes: 1,
  hits: 0,
  lastUsed: null,
  why: { orphan: 3, neverHit: 1, idle: 0, golden: 0 },
};

it('says why an image is listed, and where that is true of only some copies', () => {
  expect(whyTags(row, conditions).map(({ text }) => text)).toEqual(['orphan', 'never hit 1 of 3']);
  expect(whyTags(row, wasteConditions.parse({ minBytes: 1 })).map(({ key }) => key)).toEqual([
    'orphan',
    'neverHit',
    'large',
  ]);
});

it('says what was left out', () => {
  const leftOut = { golden: 1, tooNew: 2, untimed: 0, unchecked: 0, notVisible: 0 };
  expect(leftOutWords({ leftOut }, conditions)).toBe(
    'Not among them: 1 copy that golden sets want; 2 copies not hit yet, but cached within the last 2 days.',
  );
  expect(leftOutWords({ leftOut: { ...leftOut, golden: 0, tooNew: 0 } }, conditions)).toBe('');
});

it('says which hosts are meant', () => {
  const names = new Map([['h1', 'glance-01']]);
  const scope = { cloudIds: [], labels: [], hostIds: [] };
  expect(scopeWords(scope, names)).toBe('All hosts');
  expect(scopeWords({ ...scope, labels: ['edge'], hostIds: ['h1'] }, names)).toBe('edge, glance-01');
  expect(scopeWords({ ...scope, hostIds: ['h1', 'h2'] }, names)).toBe('2 hosts');
});

it('tells how a host stands afterwards', () => {
  const gib = 2 ** 30;
  const totals = { sizeBytes: 12 * gib } as NonNullable<Parameters<typeof afterwards>[0]['totals']>;
  expect(afterwards({ limitBytes: 10 * gib, totals }, 3 * gib)).toMatchObject({ tone: 'ok', share: 0.25 });
  expect(afterwards({ limitBytes: 10 * gib, totals }, gib)).toMatchObject({ tone: 'bad', text: 'still 1.00 GiB over' });
  expect(afterwards({ limitBytes: 20 * gib, totals }, 2 * gib).text).toBe('then 50% of limit');
  expect(afterwards({ limitBytes: null, totals }, 2 * gib).text).toBe('10.0 GiB left');
  expect(percent(0.001)).toBe('<1%');
});

it('knows changed conditions from the same ones', () => {
  expect(sameConditions(conditions, { ...conditions, hostIds: [] })).toBe(true);
  expect(sameConditions(conditions, { ...conditions, hostIds: ['h'] })).toBe(false);
});
