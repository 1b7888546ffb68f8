import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { ConsoleMetrics } from '../../electron/automation/metrics/console-metrics.ts';
import { MetricsServer } from '../../electron/bridge/metrics-server.ts';
import { fakeFleet, settingsOf } from '../../electron/fleet/testing/fake-fleet.ts';
import { record } from '../../electron/fleet/testing/host-fixtures.ts';
import { Golden } from '../../electron/golden/golden.ts';
import { golden, image } from '../../electron/golden/testing/golden-samples.ts';
import { longestTurn } from '../../electron/lib/testing/longest-turn.ts';

const hostCount = 100;
const imageCount = 5_000;
const scrapes = 20;
const limitBytes = 2 ** 40;

/**
 * Prints how long a scrape of a large fleet takes, compared with a plain server that sends the same text, and how long
 * scrapes and refreshes of the index block other work of the console.
 */
export async function benchMetrics(): Promise<void> {
  const { fleet, hosts, clock, configure } = fakeFleet(hostCount, { refreshPaused: true });
  configure(
    hosts.map((_, index) => settingsOf(index, { limitBytes })),
    { refreshPaused: true },
  );
  for (const [at, host] of hosts.entries()) {
    host.cached = Array.from({ length: imageCount }, (_, index) =>
      record(`00000000-0000-4000-8000-${String(index + 100 * at).padStart(12, '0')}`, {
        hits: (index * (at + 7)) % 97,
      }),
    );
  }
  await fleet.refresh();
  await untilQuiet();
  const catalogue = Array.from({ length: 200 }, (_, index) =>
    image(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, { name: `golden-${index}` }),
  );
  const sets = [golden({ exact: true, images: catalogue.map(({ id }) => ({ by: 'id' as const, imageId: id })) })];
  const log = pino({ level: 'silent' });
  const metrics = new ConsoleMetrics({
    fleet,
    golden: new Golden({
      sets: () => sets,
      hosts: () => fleet.summaries(),
      images: (id) => fleet.images(id),
      catalogue: async () => ({ images: catalogue, readAt: 1, failure: null }),
    }),
    goldenSets: () => sets,
    operations: { onChange: () => () => undefined, onRemove: () => () => undefined },
    schedules: { onRunEnd: () => () => undefined, isWaiting: () => false, pausedHosts: () => [] },
    allSchedules: () => [],
    clouds: () => [{ id: 'c', name: 'Bench', identity: null, failure: null }],
    expiries: () => [],
    isWritable: () => true,
    mostRequested: 20,
    version: '0.0.0',
    consoleName: 'bench',
    clock,
    log,
  });
  const first = await longestTurn(() => metrics.index.refresh());
  for (const host of hosts)
    host.cached = host.cached.map((one, at) => (at % 50 === 0 ? { ...one, hits: one.hits + 1 } : one));
  await fleet.refresh();
  await untilQuiet();
  const refresh = await longestTurn(() => metrics.index.refresh());
  const scrape = await longestTurn(() => metrics.scrape('text/plain'));
  const { text } = await metrics.scrape('text/plain');
  console.log(
    `Metrics of ${hostCount} hosts with ${imageCount} images each: ${text.split('\n').length} lines, ${Math.round(text.length / 1_024)} KiB`,
  );
  const server = await MetricsServer.open({
    address: undefined,
    port: 0,
    token: undefined,
    scrape: (accept) => metrics.scrape(accept),
    health: () => ({ status: 'ok', problems: [] }),
    log,
  });
  const peer = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  const { port } = peer.address() as AddressInfo;
  const cpu = await cpuOf(() => metrics.scrape('text/plain'));
  const ours = await median(`${server.origin}/metrics`);
  const theirs = await median(`http://127.0.0.1:${port}/metrics`);
  console.log(
    `  a scrape: ${cpu.toFixed(1)} ms of CPU time; over HTTP ${ours.toFixed(1)} ms, a plain server with the same text ${theirs.toFixed(1)} ms`,
  );
  console.log(
    `  longest time that blocks other calls, in ms of CPU time: scrape ${scrape.ms.toFixed(0)}, first build of the index ${first.ms.toFixed(0)}, its refresh after all hosts had hits ${refresh.ms.toFixed(0)}`,
  );
  await server.close();
  peer.close();
  metrics.stop();
}

/** Waits until the fleet has processed the results of the polls, which it does in its own slices. */
async function untilQuiet(): Promise<void> {
  while ((await longestTurn(() => setTimeout(100))).ms > 5);
}

/** The mean processor time of some work in milliseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  for (let count = 0; count < scrapes; count += 1) await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / scrapes;
}

/** The median duration of a request in milliseconds. */
async function median(url: string): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < scrapes; count += 1) {
    const began = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[Math.floor(scrapes / 2)] ?? Number.NaN;
}
