import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { CloudId } from '../../contract/clouds.ts';
import type { GoldenSet } from '../../contract/golden.ts';
import { noCounts, type Operation } from '../../contract/operations.ts';
import type { ScheduleRun } from '../../contract/schedules.ts';
import { fakeFleet, second, settingsOf } from '../../fleet/testing/fake-fleet.ts';
import { failing, record } from '../../fleet/testing/host-fixtures.ts';
import { Golden } from '../../golden/golden.ts';
import { golden, image } from '../../golden/testing/golden-samples.ts';
import { Emitter } from '../../lib/emitter.ts';
import { ConsoleMetrics } from './console-metrics.ts';

type Cloud = { id: CloudId; name: string; identity: null; failure: null };

/** Metrics of a fleet that the test plays. */
function metricsOver(count: number, { sets = [] as GoldenSet[], mostRequested = 20, catalogue = [image('a')] } = {}) {
  const played = fakeFleet(count, { refreshPaused: true });
  const { fleet, clock } = played;
  const calls = { images: 0 };
  const counted = {
    summaries: () => fleet.summaries(),
    onChange: fleet.onChange.bind(fleet),
    onPoll: fleet.onPoll.bind(fleet),
    onCatalogue: fleet.onCatalogue.bind(fleet),
    images: (id: string) => {
      calls.images += 1;
      return fleet.images(id);
    },
  };
  const operations = new Emitter<Operation>();
  const removed = new Emitter<readonly string[]>();
  const clouds: Cloud[] = [{ id: 'c', name: 'Lab', identity: null, failure: null }];
  const runs = new Emitter<ScheduleRun>();
  const metrics = new ConsoleMetrics({
    fleet: counted,
    golden: new Golden({
      sets: () => sets,
      hosts: () => fleet.summaries(),
      images: (id) => fleet.images(id),
      catalogue: async () => ({ images: catalogue, readAt: 1, failure: null }),
    }),
    goldenSets: () => sets,
    operations: { onChange: (listener) => operations.on(listener), onRemove: (listener) => removed.on(listener) },
    clouds: () => clouds,
    expiries: () => [
      { what: 'certificate', cloudId: 'c', name: 'https://a:9292', expiresAt: 5_000 },
      { what: 'applicationCredential', cloudId: 'c', name: 'Lab', expiresAt: 6_500 },
    ],
    isWritable: () => true,
    schedules: {
      onRunEnd: (listener) => runs.on(listener),
      isWaiting: (id) => id === 's2',
      pausedHosts: (id) => (id === 's1' ? [{ hostId: 'a', since: 0, reason: 'Failed three times.' }] : []),
    },
    allSchedules: () => [
      { id: 's1', name: 'nightly' },
      { id: 's2', name: 'weekly' },
    ],
    mostRequested,
    version: '1.2.3',
    consoleName: 'ops-1',
    clock,
    log: pino({ level: 'silent' }),
  });
  return { ...played, metrics, calls, operations, clouds, runs, scrape: () => linesOf(metrics) };
}

/** The samples of a scrape in Prometheus's text format, without comments. */
async function linesOf(metrics: ConsoleMetrics, accept = 'text/plain'): Promise<string[]> {
  const { text } = await metrics.scrape(accept);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function operation(changes: Partial<Operation>): Operation {
  return {
    id: 'o1',
    kind: 'prune',
    title: 'Prune h0',
    state: 'finished',
    startedAt: 1,
    endedAt: 2,
    hostIds: ['h0'],
    counts: noCounts(),
    total: 1,
    actual: { images: 0, bytes: 0 },
    freed: null,
    pace: null,
    ...changes,
  };
}

function run(changes: Partial<ScheduleRun>): ScheduleRun {
  return {
    id: 'r1',
    scheduleId: 's',
    scheduleName: 'nightly',
    action: { kind: 'clean' },
    cause: 'due',
    dueAt: 1,
    dueRuns: 1,
    startedAt: 1,
    endedAt: 2,
    outcome: 'done',
    text: '',
    operationId: null,
    skippedHosts: [],
    failedHosts: [],
    deleted: { images: 0, bytes: 0 },
    ...changes,
  };
}

describe('a scrape', () => {
  it('has the totals of each host, and whether it answers', async () => {
    const { hosts, fleet, configure, scrape, metrics } = metricsOver(2);
    configure([settingsOf(0, { limitBytes: 5_000, region: 'RegionOne' }), settingsOf(1)], { refreshPaused: true });
    Object.assign(hosts[0] ?? {}, {
      cached: [record('a', { hits: 4 }), record('b', { sizeBytes: null })],
      queued: ['q'],
    });
    Object.assign(hosts[1] ?? {}, { failure: failing('unreachable') });
    expect((await scrape()).filter((line) => line.includes('host="h0"'))).toEqual([
      'glance_cache_limit_bytes{cloud="Lab",region="RegionOne",host="h0"} 5000',
    ]);
    await fleet.refresh();
    const of = '{cloud="Lab",region="RegionOne",host="h0"}';
    const lines = await scrape();
    expect(lines).toEqual(
      expect.arrayContaining([
        `glance_cache_size_bytes${of} 1000`,
        `glance_cache_unsized_images${of} 1`,
        `glance_cache_images${of} 2`,
        `glance_cache_hits${of} 4`,
        `glance_cache_queued_images${of} 1`,
        `glance_cache_stalled_images${of} 0`,
        `glance_cache_host_reachable${of} 1`,
        `glance_console_polls_total${of} 1`,
        `glance_console_poll_failures_total${of} 0`,
        'glance_cache_host_reachable{cloud="Lab",region="",host="h1"} 0',
        'glance_console_poll_failures_total{cloud="Lab",region="",host="h1"} 1',
        'glance_console_poll_duration_seconds_count 2',
        'glance_console_storage_writable 1',
        'glance_console_build_info{version="1.2.3",name="ops-1"} 1',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('glance_cache_size_bytes') && line.includes('"h1"'))).toEqual([]);
    metrics.stop();
  });

  it('is OpenMetrics for a scraper that accepts it, and ends with the required line', async () => {
    const { metrics, fleet } = metricsOver(1);
    await fleet.refresh();
    const open = await metrics.scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
    expect(open.contentType).toMatch(/^application\/openmetrics-text; version=1.0.0/);
    expect(open.text).toContain('# TYPE glance_console_polls counter\nglance_console_polls_total{');
    expect(open.text).toMatch(/# EOF\n$/);
    // The same metrics afterwards, for another scraper.
    const plain = await metrics.scrape('*/*');
    expect(plain.contentType).toMatch(/^text\/plain; version=0.0.4/);
    expect(plain.text).toContain('# TYPE glance_console_polls_total counter\nglance_console_polls_total{');
  });

  it('omits a removed host, and distinguishes hosts and clouds of the same name', async () => {
    const { fleet, clouds, configure, scrape, clock } = metricsOver(3);
    clouds.push({ id: 'another-cloud', name: 'Lab', identity: null, failure: null });
    configure(
      [settingsOf(0, { name: 'x' }), settingsOf(1, { name: 'x' }), settingsOf(2, { cloudId: 'another-cloud' })],
      {
        refreshPaused: true,
      },
    );
    await fleet.refresh();
    await clock.forward(second);
    const hosts = (lines: string[]) =>
      lines.flatMap(
        (line) => /^glance_cache_images\{cloud="(.*)",region="",host="(.*)"\}/.exec(line)?.slice(1).join(' ') ?? [],
      );
    expect(hosts(await scrape())).toEqual([
      'Lab (c) x (http://h0:9292)',
      'Lab (c) x (http://h1:9292)',
      'Lab (another-) h2',
    ]);
    configure([settingsOf(1, { name: 'x' })], { refreshPaused: true });
    await clock.forward(second);
    expect(hosts(await scrape())).toEqual(['Lab (c) x']);
    expect((await scrape()).filter((line) => line.includes('h0'))).toEqual([]);
  });

  it('has the golden images and the most requested ones, and no others', async () => {
    const sets = [golden({ exact: true, images: [{ by: 'id', imageId: 'a' }] })];
    const { fleet, hosts, metrics, scrape } = metricsOver(2, { sets, mostRequested: 2 });
    for (const [index, host] of hosts.entries()) {
      host.cached = ['b', 'c', 'd', 'e'].map((id, hits) => record(id, { hits: hits + index }));
    }
    await fleet.refresh();
    await metrics.index.refresh();
    const lines = await scrape();
    expect(lines.filter((line) => line.startsWith('glance_cache_image_'))).toEqual([
      'glance_cache_image_hits{cloud="Lab",image_id="e",image_name=""} 7',
      'glance_cache_image_hits{cloud="Lab",image_id="d",image_name=""} 5',
      'glance_cache_image_hits{cloud="Lab",image_id="a",image_name=""} 0',
      'glance_cache_image_hosts{cloud="Lab",image_id="e",image_name=""} 2',
      'glance_cache_image_hosts{cloud="Lab",image_id="d",image_name=""} 2',
      'glance_cache_image_hosts{cloud="Lab",image_id="a",image_name=""} 0',
    ]);
    expect(lines).toContain('glance_cache_golden_missing_images{cloud="Lab",region="",host="h0",golden_set="base"} 1');
    expect(lines).toContain('glance_cache_golden_extra_images{cloud="Lab",region="",host="h1",golden_set="base"} 4');
    expect(lines).toContain('glance_cache_golden_images_omitted{cloud="Lab"} 0');
    metrics.stop();
  });

  it('limits the number of golden images with metrics of their own', async () => {
    const catalogue = Array.from({ length: 700 }, (_, index) => image(`golden-${index}`));
    const rule = { name: '*', tags: [], properties: {}, visibility: null, newest: null };
    const { metrics, scrape } = metricsOver(1, { catalogue, sets: [golden({ rules: [rule] })] });
    await metrics.index.refresh();
    const lines = await scrape();
    expect(lines.filter((line) => line.startsWith('glance_cache_image_hits'))).toHaveLength(500);
    expect(lines).toContain('glance_cache_golden_images_omitted{cloud="Lab"} 200');
  });

  it('counts operations by outcome, each once, and the runs of schedules', async () => {
    const { operations, runs, scrape } = metricsOver(0);
    const failed = { ...noCounts(), failed: 1 };
    for (const one of [
      operation({ state: 'running', endedAt: null }),
      operation({}),
      operation({}),
      operation({ id: 'o2', counts: failed }),
      operation({ id: 'o3', kind: 'delete', state: 'interrupted' }),
      operation({ id: 'o3', kind: 'delete', state: 'running', endedAt: null }),
      operation({ id: 'o3', kind: 'delete', endedAt: 9 }),
    ])
      operations.emit(one);
    for (const one of [
      run({}),
      run({}),
      run({ id: 'r2' }),
      run({ id: 'r3', outcome: 'missed' }),
      run({ id: 'r3', outcome: 'missed', dueRuns: 4 }),
    ])
      runs.emit(one);
    const counters = (await scrape()).filter((line) => /operations_total|runs_total/.test(line));
    expect(counters.filter((line) => !line.endsWith(' 0'))).toEqual([
      'glance_console_operations_total{action="delete",outcome="succeeded"} 1',
      'glance_console_operations_total{action="delete",outcome="interrupted"} 1',
      'glance_console_operations_total{action="prune",outcome="succeeded"} 1',
      'glance_console_operations_total{action="prune",outcome="failed"} 1',
      'glance_console_schedule_runs_total{schedule="nightly",outcome="done"} 2',
      'glance_console_schedule_runs_total{schedule="nightly",outcome="missed"} 4',
    ]);
    // A counter that would begin at 1 is not seen by increase().
    expect(counters).toContain('glance_console_schedule_runs_total{schedule="weekly",outcome="failed"} 0');
    expect((await scrape()).filter((line) => line.includes('schedule_waiting'))).toEqual([
      'glance_console_schedule_waiting{schedule="nightly"} 0',
      'glance_console_schedule_waiting{schedule="weekly"} 1',
    ]);
    expect((await scrape()).filter((line) => line.includes('_expiry_'))).toEqual([
      'glance_console_certificate_expiry_timestamp_seconds{cloud="Lab",server="https://a:9292"} 5',
      'glance_console_application_credential_expiry_timestamp_seconds{cloud="Lab"} 6.5',
    ]);
    expect((await scrape()).filter((line) => line.includes('schedule_paused_hosts'))).toEqual([
      'glance_console_schedule_paused_hosts{schedule="nightly"} 1',
      'glance_console_schedule_paused_hosts{schedule="weekly"} 0',
    ]);
    expect(counters).toContain('glance_console_operations_total{action="clean",outcome="failed"} 0');
  });

  it('reads no list of images, and updates the index only with what polls changed', async () => {
    const { fleet, hosts, metrics, calls, clock, scrape } = metricsOver(10);
    for (const host of hosts) host.cached = Array.from({ length: 500 }, (_, index) => record(`image-${index}`));
    await fleet.refresh();
    await clock.forward(6 * second);
    await metrics.index.refresh();
    expect(metrics.index.work).toBe(5_000);
    calls.images = 0;
    await scrape();
    expect(calls.images).toBe(0);
    await fleet.refresh();
    await clock.forward(6 * second);
    await metrics.index.refresh();
    expect(metrics.index.work).toBe(5_000);
    const [host] = hosts;
    if (host) host.cached = host.cached.with(3, record('image-3', { hits: 8 }));
    await fleet.refresh();
    await clock.forward(6 * second);
    await metrics.index.refresh();
    expect(metrics.index.work).toBe(5_002);
    expect(await scrape()).toContain('glance_cache_image_hits{cloud="Lab",image_id="image-3",image_name=""} 8');
    metrics.stop();
    expect(clock.waiting).toBe(0);
  });
});
