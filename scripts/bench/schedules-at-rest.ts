import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Schedule } from '../../electron/contract/schedules.ts';
import { scheduleDraft } from '../../electron/contract/schedules.ts';
import { startBenchCloud } from './bench-cloud.ts';
import { BenchConsole, writeSettings } from './console.ts';

const hostCount = 100;
const scheduleCount = 200;
const seconds = 20;

/** Prints the share of a core that the console uses at rest, without schedules and with many that are not due. */
export async function benchSchedulesAtRest(): Promise<void> {
  await using bench = await startBenchCloud(hostCount, 50);
  const directory = await mkdtemp(join(tmpdir(), 'glance-cache-console-bench-'));
  try {
    const cloudsYaml = await writeSettings(directory, bench.cloud);
    const console = await BenchConsole.start(directory, cloudsYaml);
    // The first reads of the catalogs are over.
    await delay(3_000);
    const without = await shareOfCore();
    for (let index = 0; index < scheduleCount; index += 1) {
      await console.client.schedules.save({ draft: draftOf(index) });
    }
    // The work that saving them causes is over.
    await console.client.schedules.list({});
    await delay(5_000);
    const withSchedules = await shareOfCore();
    const began = performance.now();
    await console.client.schedules.list({});
    const listed = performance.now() - began;
    await console.close();
    globalThis.console.log(
      `${scheduleCount} schedules over ${hostCount} hosts at rest: ${percent(withSchedules)} of a core, ` +
        `${percent(without)} without them; listed in ${listed.toFixed(0)} ms`,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The share of a core that this process uses, with the simulated hosts, which are at rest too. */
async function shareOfCore(): Promise<number> {
  const before = process.cpuUsage();
  const began = performance.now();
  await delay(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / (performance.now() - began);
}

/** Schedules of every kind, none of which is due in the next minutes. */
function draftOf(index: number) {
  const later = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 16);
  const kinds: Schedule['trigger'][] = [
    { kind: 'daily', at: later },
    { kind: 'weekly', at: later, days: [1, 3, 5] },
    { kind: 'cron', expression: `${Number(later.slice(3))} ${Number(later.slice(0, 2))} * * *` },
    { kind: 'threshold', abovePercent: 120 },
  ];
  return scheduleDraft.parse({
    name: `Schedule ${index}`,
    action: { kind: 'prune' },
    targets: { hosts: { kind: 'all' } },
    trigger: kinds[index % kinds.length],
    timeZone: 'UTC',
    jitterSeconds: index % 60,
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
