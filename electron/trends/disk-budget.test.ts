import { expect, it } from 'vitest';
import { hour, midnight, sample, temporaryTrends } from './testing/temporary-trends.ts';

const mebibyte = 2 ** 20;

/** Hosts whose images are all accessed within every hour: the largest possible amount of data. */
function busy(images: number, round: number): Record<string, number> {
  return Object.fromEntries(
    Array.from({ length: images }, (_, index) => [`image-${index}-${'x'.repeat(24)}`, round + 1]),
  );
}

it('the file stays within its limit for any data, and the newest data is kept longest', {
  timeout: 120_000,
}, async () => {
  const bound = 4 * mebibyte;
  await using kept = await temporaryTrends({ bound });
  const { trends, database } = kept.open();
  let most = 0;
  for (let round = 0; round < 36; round += 1) {
    kept.time.now = midnight + round * hour;
    for (const hostId of ['a', 'b', 'c']) trends.record(sample(kept.time.now, busy(1_500, round), { hostId }));
    await trends.applyRetention();
    most = Math.max(most, await kept.sizes());
  }
  expect(most).toBeLessThanOrEqual(bound);
  expect(most).toBeGreaterThan(bound / 2);
  expect(trends.retention()).toMatchObject({ shortened: true, boundBytes: bound });
  const newest = database.prepare('SELECT max(hour) AS hour, count(DISTINCT hour) AS kept FROM hours').get();
  expect(newest?.['hour']).toBe(Math.floor(kept.time.now / hour));
  expect(newest?.['kept']).toBeGreaterThan(2);
  await trends.stop();
});

it('a lower limit applies at once: the excess is returned to the disk', {
  timeout: 120_000,
}, async () => {
  const bound = 4 * mebibyte;
  await using kept = await temporaryTrends();
  const { database, trends: first } = kept.open();
  for (let round = 0; round < 40; round += 1) {
    kept.time.now = midnight + round * hour;
    for (const hostId of ['a', 'b', 'c']) first.record(sample(kept.time.now, busy(2_000, round), { hostId }));
  }
  expect(await kept.sizes()).toBeGreaterThan(1.1 * bound);
  await first.stop();
  expect(database.isOpen).toBe(false);
  const second = kept.open(bound);
  await second.trends.applyRetention();
  await second.trends.stop();
  expect(await kept.sizes()).toBeLessThanOrEqual(bound);
});

it('if even the newest data exceeds the limit, all of it is removed, and recording starts again', {
  timeout: 120_000,
}, async () => {
  const bound = 4 * mebibyte;
  await using kept = await temporaryTrends({ bound });
  const { trends, database } = kept.open();
  const ids = (from: string) =>
    Object.fromEntries(Object.keys(busy(900, 0)).map((id) => [`${from}-${id}-${'y'.repeat(400)}`, 2]));
  // Each sample is of a new host with ids of the maximum length.
  for (let round = 0; round < 12; round += 1) {
    trends.record(sample(midnight + round, ids(`${round}`)));
    await trends.applyRetention();
    expect(await kept.sizes()).toBeLessThanOrEqual(bound);
  }
  trends.record(sample(midnight + hour, { a: 1 }));
  trends.record(sample(midnight + hour + 1_000, { a: 3 }));
  const { number } = { number: -1, ...database.prepare(`SELECT id AS number FROM images WHERE image_id = 'a'`).get() };
  expect(database.prepare('SELECT sum(hits) AS hits FROM hours WHERE image = ?').get(number)?.['hits']).toBeGreaterThan(
    1,
  );
  await trends.stop();
});

it('a sample that needs most of the limit is dropped, and the others are kept', async () => {
  const bound = 4 * mebibyte;
  await using kept = await temporaryTrends({ bound });
  const { trends, database } = kept.open();
  trends.record(sample(midnight, busy(20_000, 0), { hostId: 'large' }));
  trends.record(sample(midnight, { a: 1 }));
  expect(database.prepare('SELECT host_id FROM hosts').all()).toEqual([{ host_id: 'h' }]);
  await trends.stop();
});
