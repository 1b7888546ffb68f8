import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoggedIn, openLoginUrl } from '../../electron/bridge/testing/page-stand-ins.ts';
import { sessionKeyHeader } from '../../electron/contract/transport.ts';
import { projectDirectory } from '../building.ts';
import { startBenchCloud } from './bench-cloud.ts';
import { writeSettings } from './console.ts';

const hostCount = 100;
const imageCount = 5_000;
const requests = 100;

/** A scraper in a process of its own: scrapes until its standard input ends, with a pause in milliseconds between two. */
const scraper = `
  const [url, pause] = process.argv.slice(1);
  process.stdin.resume().on('end', () => process.exit());
  for (;;) {
    await (await fetch(url)).text();
    await new Promise((resolve) => setTimeout(resolve, Number(pause)));
  }`;
const scraping = [
  { when: 'without scrapes' },
  { when: 'with a scrape a second', pause: 1_000 },
  { when: 'with one scrape after the other', pause: 0 },
];

/** Prints how long the requests of a page take at a served console, without scrapes and with more than a Prometheus sends. */
export async function benchPageDuringScrapes(): Promise<void> {
  await using bench = await startBenchCloud(hostCount, imageCount);
  const directory = await mkdtemp(join(tmpdir(), 'glance-cache-console-bench-'));
  const cloudsYaml = await writeSettings(directory, bench.cloud);
  const words = ['serve', '--no-open', '--data', directory, '--metrics', '0'];
  const served = spawn(process.execPath, [join(projectDirectory, 'electron/serve.ts'), ...words], {
    env: { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsYaml, NO_PROXY: '*' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let metrics = '';
    let login: LoggedIn | undefined;
    for await (const line of createInterface(served.stdout)) {
      metrics = /^Metrics: (.*)$/.exec(line)?.[1] ?? metrics;
      const url = /^Console: (.*)$/.exec(line)?.[1];
      if (url === undefined) continue;
      login = await openLoginUrl(url);
      break;
    }
    if (!login) throw new Error('The console ended');
    const page = login;
    const hostIds = bench.cloud.hosts.map(({ name }) => name);
    const cached = await untilRead(metrics);

    const kinds = [
      {
        what: `the images of a host`,
        ask: (index: number) => call(page, 'hosts/images', { id: hostIds[index % hostCount] }),
      },
      { what: 'the list of alerts', ask: () => call(page, 'alerts/list', {}) },
    ];
    // The first requests compile what they need.
    for (const { ask } of kinds) for (let index = 0; index < 10; index += 1) await ask(index);
    console.log(
      `Requests of a page, ${hostCount} hosts that have ${Math.round(cached / hostCount)} images cached each:`,
    );
    for (const { when, pause } of scraping) {
      const child = pause === undefined ? undefined : startScraper(metrics, pause);
      await delay(1_000);
      for (const { what, ask } of kinds) console.log(`  ${what}, ${when}: ${quantiles(await latencies(ask))}`);
      child?.stdin.end();
    }
  } finally {
    served.kill('SIGTERM');
    await once(served, 'exit');
    await rm(directory, { recursive: true, force: true });
  }
}

function startScraper(url: string, pause: number) {
  return spawn(process.execPath, ['--input-type=module', '-e', scraper, url, String(pause)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** Waits until every host was read, and until the work after it is over. Returns the number of cached images. */
async function untilRead(metrics: string): Promise<number> {
  for (;;) {
    await delay(500);
    const text = await (await fetch(metrics)).text();
    const counts = [...text.matchAll(/^glance_cache_images\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
    if (counts.length < hostCount) continue;
    await delay(15_000);
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

async function call({ origin, cookie, key }: LoggedIn, path: string, input: object): Promise<void> {
  const answer = await fetch(`${origin}/rpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': 'orpc', cookie, origin, [sessionKeyHeader]: key },
    body: JSON.stringify({ json: input }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.slice(0, 1_000));
}

/** Milliseconds of each request, one after the other, in ascending order. */
async function latencies(ask: (index: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const began = performance.now();
    await ask(index);
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other);
}

function quantiles(sorted: readonly number[]): string {
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
