import { expect, it } from 'vitest';
import { hostImages, hostSummary } from '../contract/fleet.ts';
import { hostTrend, imageTrend, trendSpan } from '../contract/trends.ts';
import { fakeFleet, settingsOf } from '../fleet/testing/fake-fleet.ts';
import { record } from '../fleet/testing/host-fixtures.ts';
import { day, hour, midnight, minute, sample, temporaryTrends } from './testing/temporary-trends.ts';
import type { TrendsFleet } from './trends.ts';

/** A fleet of these hosts that otherwise does nothing. */
function hosts(...ids: string[]): TrendsFleet {
  const { fleet } = fakeFleet(1, { refreshPaused: true });
  const empty = fleet.summaries()[0];
  return {
    summary: (id) => (ids.includes(id) ? { ...hostSummary.parse(empty), id, limitBytes: 5_000 } : undefined),
    summaries: () => ids.map((id) => ({ ...hostSummary.parse(empty), id })),
    images: (id) => hostImages.parse({ ...fleet.images('h0'), hostId: id }),
    onChange: () => () => {},
  };
}

const barHits = (bars: { from: number; hits: number | null }[] = []) =>
  bars.filter(({ hits }) => hits !== null).map(({ from, hits }) => [(from - midnight) / hour, hits]);

it('the hits of an hour are those gained in it, also for images that leave and return; hours without samples are unknown', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends } = kept.open();
  trends.record(sample(midnight + 5 * minute, { a: 10, b: 1 }));
  trends.record(sample(midnight + 10 * minute, { a: 12, b: 1 }));
  trends.record(sample(midnight + 65 * minute, { a: 13 }));
  trends.record(sample(midnight + 70 * minute, { a: 2, b: 4 }));
  trends.record(sample(midnight + 245 * minute, { a: 8, b: 4 }));
  kept.time.now = midnight + 5 * hour;
  const trend = hostTrend.parse(trends.host('h', '24h'));
  expect(barHits(trend.bars)).toEqual([
    [0, 2],
    [1, 7],
    [4, 6],
  ]);
  // The six hits of the fifth hour were gained since the second hour, and the bar says so.
  expect(trend.bars.find(({ from }) => from === midnight + 4 * hour)?.overMs).toBe(175 * minute);
  expect(trend.hot).toEqual([
    { imageId: 'a', name: null, hits: 11 },
    { imageId: 'b', name: null, hits: 4 },
  ]);
  expect(trend.gaps).toEqual([
    { from: trend.from, to: midnight + 5 * minute },
    { from: midnight + 10 * minute, to: midnight + 65 * minute },
    { from: midnight + 70 * minute, to: midnight + 245 * minute },
    { from: midnight + 245 * minute, to: kept.time.now },
  ]);
  const image = imageTrend.parse(trends.image('a', ['h'], '24h'));
  expect(barHits(image.bars)).toEqual([
    [0, 2],
    [1, 3],
    [4, 6],
  ]);
  expect(image.hosts).toEqual([{ hostId: 'h', hits: 11 }]);
  expect(barHits(trends.image('never-seen', ['h'], '24h').bars).map(([, hits]) => hits)).toEqual([0, 0, 0]);
  await trends.stop();
});

it('the hits of an image on all hosts are the sum over the hosts', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h', 'i') });
  const { trends } = kept.open();
  for (const hostId of ['h', 'i']) trends.record(sample(midnight, { a: 0 }, { hostId }));
  trends.record(sample(midnight + minute, { a: 3 }, { hostId: 'h' }));
  trends.record(sample(midnight + minute, { a: 5 }, { hostId: 'i' }));
  kept.time.now = midnight + 2 * minute;
  expect(trends.image('a', ['h', 'i'], '6h')).toMatchObject({
    hosts: [
      { hostId: 'i', hits: 5 },
      { hostId: 'h', hits: 3 },
    ],
  });
  expect(barHits(trends.image('a', ['h', 'i'], '6h').bars)).toEqual([[0, 8]]);
  await trends.stop();
});

it('a restarted console continues from the stored counts, and says over which time the hits were gained', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const first = kept.open();
  first.trends.record(sample(midnight, { a: 10 }));
  await first.trends.stop();
  const { trends } = kept.open();
  trends.record(sample(midnight + 3 * hour, { a: 15, b: 2 }));
  kept.time.now = midnight + 3 * hour;
  const trend = trends.host('h', '24h');
  expect(trend?.since).toBe(midnight);
  expect(barHits(trend?.bars)).toEqual([[3, 7]]);
  expect(trend?.bars.at(-1)?.overMs).toBe(3 * hour);
  await trends.stop();
});

it('a host at another address may be another machine, so its counts are not compared', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends } = kept.open();
  trends.record(sample(midnight, { a: 10 }));
  trends.record(sample(midnight + minute, { a: 500, b: 7 }, { address: 'http://other:9292' }));
  trends.record(sample(midnight + 2 * minute, { a: 501, b: 7 }, { address: 'http://other:9292' }));
  kept.time.now = midnight + 3 * minute;
  expect(trends.host('h', '6h')?.hot).toEqual([{ imageId: 'a', name: null, hits: 1 }]);
  await trends.stop();
});

it('setting the clock back loses no hits, and rows in the future are removed', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends, database } = kept.open();
  trends.record(sample(midnight + 400 * day, { a: 1 }));
  trends.record(sample(midnight + 400 * day + minute, { a: 4 }));
  trends.record(sample(midnight, { a: 5 }));
  trends.record(sample(midnight + minute, { a: 7 }));
  kept.time.now = midnight + 2 * minute;
  await trends.applyRetention();
  expect(barHits(trends.host('h', '24h')?.bars)).toEqual([[0, 3]]);
  expect(database.prepare('SELECT max(at) AS at FROM points').get()?.['at']).toBeLessThan(midnight / 1_000 + 86_400);
  await trends.stop();
});

it('an earlier limit is drawn as it was at that time', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends } = kept.open();
  for (const [at, limitBytes] of [
    [0, null],
    [1, 2_000],
    [2, 3_000],
  ] as const) {
    trends.record(sample(midnight + at * minute, {}, { limitBytes }));
  }
  kept.time.now = midnight + 3 * minute;
  expect(trends.host('h', '6h')?.points.map(({ limitBytes }) => limitBytes)).toEqual([null, 2_000, 3_000]);
  await trends.stop();
});

it('fine resolutions are removed with age while sums stay; a time span shows the finest resolution that is stored', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends, database } = kept.open();
  for (let at = 0; at <= 120 * 24; at += at < 110 * 24 ? 3 : 1)
    trends.record(sample(midnight + at * hour, { a: at, b: 2 * at }));
  kept.time.now = midnight + 120 * day;
  await trends.applyRetention();
  const rows = (table: string) => Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']);
  // 8 hours of samples, 8 days of minutes, 92 days of hours, 121 days; hits by hour for 8 days, by day for 92.
  expect(rows('points')).toBeLessThan(10 + 8 * 25 + 93 * 24 + 122);
  expect(rows('hours')).toBeLessThan(2 * 8.2 * 24);
  expect(rows('days')).toBeLessThan(2 * 94);
  for (const span of trendSpan.options) {
    const trend = hostTrend.parse(trends.host('h', span));
    const gained = trend.bars.reduce((sum, { hits }) => sum + (hits ?? 0), 0);
    const wide = (trend.to - trend.from) / hour;
    expect(Math.abs(gained - 3 * wide), span).toBeLessThanOrEqual(12);
    const image = imageTrend.parse(trends.image('b', ['h'], span));
    expect(trend.points.length, span).toBeGreaterThan(span === '6h' ? 5 : 20);
    expect(Math.abs((image.hosts[0]?.hits ?? 0) - (2 * (image.to - image.from)) / hour), span).toBeLessThanOrEqual(8);
  }
  await trends.stop();
});

it('each poll is written once, a failing host and a null list leave a gap, and a removed host is forgotten', async () => {
  const fake = fakeFleet(2, { refreshSeconds: 60 });
  await using kept = await temporaryTrends({ fleet: fake.fleet });
  const { trends, database } = kept.open();
  trends.start(['h0', 'h1']);
  fake.host.cached = [record('a', { hits: 1 })];
  const rows = () => database.prepare('SELECT count(*) AS rows FROM points WHERE step = 1').get()?.['rows'];
  const poll = async () => {
    await fake.clock.forward(2_000);
    await fake.fleet.refresh();
    await fake.clock.forward(200);
    kept.time.now = fake.clock.now();
    for (const { id } of fake.fleet.summaries()) trends.host(id, '6h');
  };
  await poll();
  const first = Number(rows());
  // A renamed host is still the same host, and renaming is not a sample.
  fake.configure([settingsOf(0, { name: 'renamed' }), settingsOf(1)]);
  await fake.clock.forward(200);
  trends.host('h0', '6h');
  expect(Number(rows())).toBe(first);
  fake.host.cached = [record('a', { hits: 4 })];
  await poll();
  expect(Number(rows())).toBe(first + 2);
  expect(trends.host('h0', '6h')?.hot).toEqual([{ imageId: 'a', name: null, hits: 3 }]);
  fake.host.failure = new Error('down');
  await poll();
  fake.host.failure = undefined;
  fake.host.nullList = true;
  fake.host.cached = [];
  await poll();
  expect(Number(rows())).toBe(first + 4);
  fake.host.nullList = false;
  fake.host.cached = [record('a', { hits: 5 })];
  await poll();
  expect(trends.host('h0', '6h')?.hot).toEqual([{ imageId: 'a', name: null, hits: 4 }]);
  fake.configure([settingsOf(1)]);
  await fake.clock.forward(200);
  await trends.applyRetention();
  expect(trends.host('h0', '6h')).toBeUndefined();
  expect(database.prepare('SELECT count(*) AS rows FROM hosts').get()?.['rows']).toBe(1);
  expect(database.prepare('SELECT count(*) AS rows FROM hours').get()?.['rows']).toBe(0);
  await trends.stop();
  await fake.fleet.stop();
});

it('the sparklines of all hosts come in one answer, with unknown parts', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h', 'i') });
  const { trends } = kept.open();
  trends.record(sample(midnight, { a: 1 }));
  trends.record(sample(midnight + 20 * minute, { a: 3 }, { sizeBytes: 2_000 }));
  trends.record(sample(midnight + 90 * minute, { a: 4 }, { sizeBytes: 3_000 }));
  kept.time.now = midnight + 91 * minute;
  const [h, i] = trends.sparks().hosts;
  expect(h?.sizeBytes.slice(-5)).toEqual([null, 2_000, null, null, 3_000]);
  expect(h?.hits.slice(-5)).toEqual([null, 2, null, null, 1]);
  expect(i?.sizeBytes.every((one) => one === null)).toBe(true);
  await trends.stop();
});

it('data of hosts that no longer exist at the start is removed, with the image ids that only they had', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const first = kept.open();
  for (const hostId of ['h', 'gone']) {
    first.trends.record(sample(midnight, { [`only-${hostId}`]: 1, both: 1 }, { hostId }));
    first.trends.record(sample(midnight + minute, { [`only-${hostId}`]: 3, both: 2 }, { hostId }));
  }
  await first.trends.stop();
  kept.time.now = midnight + 200 * day;
  const { trends, database } = kept.open();
  trends.start(['h']);
  await trends.applyRetention();
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  expect(all('SELECT host_id FROM hosts')).toEqual(['h']);
  // Counts of images that are still cached are still compared.
  expect(all('SELECT image_id FROM images ORDER BY image_id')).toEqual(['both', 'only-h']);
  expect(all('SELECT count(*) FROM hours')).toEqual([0]);
  trends.record(sample(kept.time.now, { 'only-h': 10, both: 2 }));
  expect(trends.host('h', '24h')?.hot).toEqual([{ imageId: 'only-h', name: null, hits: 7 }]);
  await trends.stop();
});

it('a host that was never polled has no trend, and unknown values stay unknown', async () => {
  await using kept = await temporaryTrends({ fleet: hosts('h') });
  const { trends } = kept.open();
  const trend = hostTrend.parse(trends.host('h', '7d'));
  expect(trend).toMatchObject({ points: [], hot: [], since: null, forecast: { kind: 'tooLittle' } });
  expect(trend.bars.every(({ hits }) => hits === null)).toBe(true);
  expect(trend.gaps).toEqual([{ from: trend.from, to: trend.to }]);
  expect(trends.host('never-heard-of', '7d')).toBeUndefined();
  await trends.stop();
});

it('a poll on a full disk leaves a gap and is reported, and the next one with room is stored', async () => {
  const fake = fakeFleet(1, { refreshSeconds: 60 });
  await using kept = await temporaryTrends({ fleet: fake.fleet });
  const { trends, database, storage } = kept.open();
  trends.start(['h0']);
  const rows = () => Number(database.prepare('SELECT count(*) AS rows FROM points WHERE step = 1').get()?.['rows']);
  const poll = async () => {
    await fake.clock.forward(2_000);
    await fake.fleet.refresh();
    await fake.clock.forward(200);
    kept.time.now = fake.clock.now();
    return trends.host('h0', '6h');
  };
  await poll();
  const before = rows();
  database.exec('PRAGMA query_only = ON');
  expect(await poll()).toMatchObject({ hostId: 'h0' });
  expect(rows()).toBe(before);
  expect(storage.problem).toMatchObject({ code: 'storage' });
  database.exec('PRAGMA query_only = OFF');
  expect(storage.check()).toBeUndefined();
  await poll();
  expect(rows()).toBe(before + 1);
  await trends.stop();
});
