import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startBenchCloud } from './bench/bench-cloud.ts';
import { BenchConsole, writeSettings } from './bench/console.ts';
import { benchHugeHost } from './bench/huge-host.ts';
import { benchMetrics } from './bench/metrics.ts';
import { benchPageDuringScrapes } from './bench/page-during-scrapes.ts';
import { benchSchedulesAtRest } from './bench/schedules-at-rest.ts';
import { Shell } from './bench/shell.ts';
import { assertNode24 } from './node-version.ts';

// npm run bench [-- HOSTS IMAGES | -- PART]: times the console and Glance's own client in a shell loop against the same
// simulated hosts, then other parts; with the name of a part only that one. Prints times and does not judge them.

assertNode24();
const parts: Record<string, () => Promise<void>> = {
  'huge-host': benchHugeHost,
  metrics: benchMetrics,
  'page-during-scrapes': benchPageDuringScrapes,
  'schedules-at-rest': benchSchedulesAtRest,
};
const words = process.argv.slice(2);
const only = parts[words[0] ?? ''];
if (only) {
  await only();
  process.exit();
}
const [hostCount = 64, imageCount = 2_000] = words.map(Number);
if (Number.isNaN(hostCount + imageCount)) {
  throw new Error(`Unknown part: ${words.join(' ')}. The parts are ${Object.keys(parts).join(', ')}.`);
}
const hostsDeletedFrom = Math.min(20, hostCount);
const deletedPerHost = 2;

const version = await Shell.version();
await using bench = await startBenchCloud(hostCount, imageCount);
const { cloud } = bench;
console.log(`${hostCount} simulated hosts with ${imageCount} images each, on loopback`);
console.log(
  version === undefined
    ? 'The glance client (python3-glanceclient) is not installed; only the console is timed'
    : `Compared with the glance client ${version}, one command per host or image, ${Shell.concurrency} at a time`,
);
const directory = await mkdtemp(join(tmpdir(), 'glance-cache-console-bench-'));
try {
  const cloudsYaml = await writeSettings(directory, cloud);
  const shell = version === undefined ? undefined : new Shell(cloud);

  let console: BenchConsole | undefined;
  const started = await timed(async () => {
    console = await BenchConsole.start(directory, cloudsYaml);
  });
  if (!console) throw new Error('The console did not start');
  const { client } = console;
  const listed = shell && (await timed(() => shell.listAll()));
  report('List the caches of all hosts, first time', started, listed);
  report('List the caches of all hosts, again', await timed(() => client.hosts.refresh({})), listed);

  const targets: { address: string; hostId: string; imageId: string }[][] = [[], []];
  for (const { name, address } of cloud.hosts.slice(0, hostsDeletedFrom)) {
    const { cached } = await client.hosts.images({ id: name });
    for (const [index, { imageId }] of cached.slice(0, 2 * deletedPerHost).entries()) {
      targets[index % 2]?.push({ address, hostId: name, imageId });
    }
  }
  const [ours = [], theirs = []] = targets;
  const deletion = console;
  report(
    `${ours.length} images deleted on ${hostsDeletedFrom} hosts`,
    await timed(() => deletion.delete(ours)),
    shell && (await timed(() => shell.delete(theirs))),
  );
  await console.close();
} finally {
  await rm(directory, { recursive: true, force: true });
}
for (const part of Object.values(parts)) await part();

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function report(what: string, ours: number, theirs: number | undefined): void {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const beside = theirs === undefined ? '' : `, client ${seconds(theirs)} (${(theirs / ours).toFixed(0)}× as long)`;
  console.log(`${what}: console ${seconds(ours)}${beside}`);
}
