import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { serveMetrics } from '../../electron/bridge/metrics-server.ts';
import { testServices, until } from '../../electron/services/testing/test-services.ts';
import { freePorts, Server } from './servers/processes.ts';

// The real Prometheus scrapes a console on the demo cloud and evaluates the shipped rules. Skipped where its package could
// not be installed, which `npm run test:real` reports.

const isInstalled = existsSync('/usr/bin/prometheus') && existsSync('/usr/bin/promtool');
const rules = join(import.meta.dirname, '../../assets/prometheus/alert-rules.yaml');
const token = 'a-token-of-this-test';
/** Milliseconds for a state of Prometheus. */
const timeout = 45_000;

const alertsAnswer = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.object({ alertname: z.string(), host: z.string().optional() }),
        state: z.enum(['pending', 'firing']),
      }),
    ),
  }),
});
const targetsAnswer = z.object({
  data: z.object({ activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })) }),
});
const queryAnswer = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'console-prometheus-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Starts a Prometheus that scrapes an address, with the shipped rules and without their waiting times. */
async function startPrometheus(address: string) {
  const [port = 0] = await freePorts(1);
  const file = async (name: string, content: unknown) => {
    const path = join(directory, name);
    await writeFile(path, typeof content === 'string' ? content : stringify(content), { mode: 0o600 });
    return path;
  };
  const atOnce = (await readFile(rules, 'utf8')).replace(/^ +for: .*\n/gm, '');
  const config = await file('prometheus.yml', {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [await file('rules.yml', atOnce)],
    scrape_configs: [
      {
        job_name: 'glance-cache-console',
        authorization: { credentials_file: await file('token', token) },
        static_configs: [{ targets: [address] }],
      },
    ],
  });
  const origin = `http://127.0.0.1:${port}`;
  const server = await Server.start({
    name: 'Prometheus',
    command: [
      '/usr/bin/prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(directory, 'prometheus.log'),
    ready: { url: `${origin}/-/ready`, status: 200 },
  });
  const ask = async (path: string): Promise<unknown> => (await fetch(`${origin}/api/v1/${path}`)).json();
  return {
    /** The state of an alert for a host; undefined while it is inactive. */
    alert: async (name: string, host: string) =>
      alertsAnswer
        .parse(await ask('alerts'))
        .data.alerts.find(({ labels }) => labels.alertname === name && labels.host === host)?.state,
    target: async () => targetsAnswer.parse(await ask('targets')).data.activeTargets[0],
    value: async (query: string) =>
      queryAnswer.parse(await ask(`query?query=${encodeURIComponent(query)}`)).data.result[0]?.value[1],
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

test.skipIf(!isInstalled)('promtool accepts the rules, and the metrics by its conventions', async () => {
  expect(execFileSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' })).toContain('SUCCESS');
  const demo = { hosts: 3, images: 20, seed: 4, growth: false };
  await using running = await testServices({ metrics: { mostRequested: 20 }, demo });
  await running.client.hosts.refresh({});
  await running.services.metrics?.index.refresh();
  const { text = '' } = (await running.services.metrics?.scrape('text/plain')) ?? {};
  expect(text).toMatch(/^glance_cache_image_hits\{/m);
  // It prints what it finds, and fails if a metric violates the naming conventions.
  expect(execFileSync('promtool', ['check', 'metrics'], { encoding: 'utf8', input: text })).toBe('');
});

test.skipIf(!isInstalled)(
  'an alert fires when a host exceeds its limit, and clears after a prune',
  { timeout: 180_000 },
  async () => {
    const demo = { hosts: 3, images: 30, seed: 4, growth: false };
    await using running = await testServices({ metrics: { mostRequested: 20 }, demo });
    const { client, services } = running;
    await client.hosts.refresh({});
    const tokenFile = join(directory, 'scrape-token');
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    const listening = { address: undefined, port: 0, tokenFile, mostRequested: 20 };
    const metrics = await serveMetrics(services, listening, {});
    try {
      await using prometheus = await startPrometheus(new URL(metrics.origin).host);
      await expect.poll(prometheus.target, { timeout }).toEqual({ health: 'up', lastError: '' });

      // A host that can queue, whose cache is exactly at its limit, and an image that it does not have.
      const hosts = (await running.state()).hosts.filter((host) => host.capabilities?.fetch === 'atOnce');
      const [host, other] = hosts;
      if (!host?.totals || !other) throw new Error('The demo cloud has too few hosts that fetch at once');
      const mine = new Set((await client.hosts.images({ id: host.id })).cached.map(({ imageId }) => imageId));
      const wanted = (await client.hosts.images({ id: other.id })).cached.find(
        ({ imageId, catalogStatus, sizeBytes }) =>
          !mine.has(imageId) && catalogStatus === 'known' && (sizeBytes ?? 0) > 1,
      );
      if (!wanted) throw new Error('Both hosts have the same images');
      await client.hosts.update({ id: host.id, limitBytes: host.totals.sizeBytes + 1 });
      await expect
        .poll(() => prometheus.value(`glance_cache_limit_bytes{host="${host.name}"}`), { timeout })
        .toBe(String(host.totals.sizeBytes + 1));
      const state = () => prometheus.alert('GlanceCacheOverLimit', host.name);
      expect(await state()).toBeUndefined();

      const run = async (action: Parameters<typeof client.operations.plan>[0]) => {
        const events = await client.events({});
        const plan = await client.operations.plan(action);
        const { id } = await client.operations.start({ planId: plan.id, typedName: plan.typedName ?? undefined });
        let counts: Record<string, number> = {};
        await until(events, (event) => {
          if (event.type !== 'operation' || event.operation.id !== id || event.operation.endedAt === null) return false;
          counts = event.operation.counts;
          return true;
        });
        await events.return?.();
        return counts;
      };
      expect(await run({ kind: 'queue', targets: [{ hostId: host.id, imageId: wanted.imageId }] })).toMatchObject({
        done: 1,
      });
      await client.hosts.refresh({ ids: [host.id] });
      await expect.poll(state, { timeout }).toBe('firing');

      expect(await run({ kind: 'prune', hostIds: [host.id], method: 'delete' })).toMatchObject({
        failed: 0,
        refused: 0,
      });
      await client.hosts.refresh({ ids: [host.id] });
      await expect.poll(state, { timeout }).toBeUndefined();
      await expect
        .poll(
          () => prometheus.value('increase(glance_console_operations_total{action="prune",outcome="succeeded"}[1h])'),
          {
            timeout,
          },
        )
        .toMatch(/^[1-9]/);
    } finally {
      await metrics.close();
    }
  },
);
