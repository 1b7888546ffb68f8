import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseCommandLine } from '../electron/cli/command-line.ts';
import { testServices } from '../electron/services/testing/test-services.ts';

// The files shipped for Prometheus, Grafana and systemd use names that the console really has.

const assets = join(import.meta.dirname, '../assets');
const text = (name: string) => readFileSync(join(assets, name), 'utf8');

const rulesFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const dashboard = z.object({
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
  panels: z.array(
    z.object({ id: z.int(), title: z.string(), targets: z.array(z.object({ refId: z.string(), expr: z.string() })) }),
  ),
});

/** The names of all samples that a scrape can have, with those of the histogram. */
async function sampleNames(): Promise<ReadonlySet<string>> {
  await using running = await testServices({ metrics: { mostRequested: 1 } });
  const scraped = (await running.services.metrics?.scrape('text/plain'))?.text ?? '';
  const names = [...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  expect(names.length).toBeGreaterThan(20);
  return new Set(names);
}

test('the alert rules and the dashboard use metrics that exist', async () => {
  const names = await sampleNames();
  const rules = rulesFile.parse(parse(text('prometheus/alert-rules.yaml'))).groups.flatMap((group) => group.rules);
  const { panels, templating } = dashboard.parse(JSON.parse(text('grafana/dashboard.json')));
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...templating.list.flatMap(({ definition }) => definition ?? []),
  ];
  const used = expressions.flatMap((expression) => expression.match(/\bglance_\w+/g) ?? []);
  expect(used.filter((name) => !names.has(name))).toEqual([]);
  expect(expressions.filter((expression) => !/glance_/.test(expression))).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const variables = new Set(templating.list.map(({ name }) => name));
  const wanted = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/(?<=\$)\w+/g) ?? []));
  expect(wanted.filter((name) => !variables.has(name))).toEqual([]);
  expect(rules.map(({ alert }) => alert)).toEqual(
    expect.arrayContaining([
      'GlanceCacheOverLimit',
      'GlanceCacheFullSoon',
      'GlanceHostUnreachable',
      'GlanceCacheQueueStalled',
      'GlanceGoldenDrift',
      'GlanceScheduleFailed',
      'GlanceScheduleWaiting',
      'GlanceSchedulePaused',
      'GlanceCacheConsoleDown',
    ]),
  );
});

const unit = text('systemd/glance-cache-console.service');

test('the unit starts the console with a valid command line', () => {
  const [program, script, ...words] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ');
  expect([program, script]).toEqual(['/usr/bin/node', '/opt/glance-cache-console/main/serve.js']);
  expect(parseCommandLine(words, '/')).toMatchObject({
    mode: 'run',
    headless: true,
    data: '/var/lib/glance-cache-console',
    metrics: { address: undefined, port: 9464 },
  });
});

const analyze = '/usr/bin/systemd-analyze';
test.skipIf(!existsSync(analyze))('systemd accepts the unit', () => {
  const directory = mkdtempSync(join(tmpdir(), 'console-unit-'));
  try {
    const file = join(directory, 'glance-cache-console.service');
    // systemd requires the program to exist.
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
    const verify = (name: string) =>
      execFileSync(analyze, ['verify', '--man=no', name], { encoding: 'utf8', stdio: 'pipe' });
    expect(verify(file)).toBe('');
    writeFileSync(file, 'no unit');
    expect(() => verify(file)).toThrow();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
