import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingsFile } from '../../electron/contract/settings.ts';
import { type DemoCloud, startDemoCloud } from '../../electron/demo/simulated-cloud.ts';
import { consoleSchema } from '../../electron/services/console-database.ts';
import { openStore } from '../../electron/store/store.ts';

// The console without a page, on a data directory that was prepared with one.

const program = join(import.meta.dirname, '../../electron/serve.ts');
let parent: string;
let data: string;
let cloud: DemoCloud;
let running: ChildProcess[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'console-headless-'));
  data = join(parent, 'data');
  running = [];
  cloud = await startDemoCloud({ hosts: 2, images: 12, seed: 3, traffic: false });
  const { password: _, ...login } = cloud.login.admin;
  const settings = settingsFile.parse({
    schedules: [
      {
        id: 'thin',
        name: 'Thin out',
        action: { kind: 'prune', toPercent: 5 },
        targets: { hosts: { kind: 'named', hostIds: [cloud.hosts[0]?.name] } },
        trigger: { kind: 'threshold', abovePercent: 15 },
        limits: { images: null, percent: null },
      },
      {
        id: 'ask',
        name: 'Ask first',
        action: { kind: 'prune', toPercent: 5 },
        targets: { hosts: { kind: 'named', hostIds: [cloud.hosts[1]?.name] } },
        trigger: { kind: 'threshold', abovePercent: 15 },
        limits: { images: 1, percent: null },
      },
    ],
    preferences: { refreshSeconds: 5 },
    clouds: [
      {
        id: 'lab',
        name: 'Lab cloud',
        source: {
          kind: 'typed',
          login: { kind: 'password', authUrl: cloud.authUrl, ...login },
          connection: { interface: 'public', verify: true },
        },
      },
    ],
    hosts: cloud.hosts.map(({ name, address, limitBytes }) => ({
      id: name,
      cloudId: 'lab',
      name,
      address,
      limitBytes,
      note: '',
    })),
  });
  await mkdir(data, { mode: 0o700 });
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  await mkdir(join(parent, 'credentials'));
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await cloud.close();
  await rm(parent, { recursive: true, force: true });
});

/** Starts a headless console, and waits until it says that it runs. */
async function start() {
  const words = ['serve', '--headless', '--data', data, '--metrics', '0', '--name', 'ops-1'];
  const env = { ...process.env, CREDENTIALS_DIRECTORY: join(parent, 'credentials'), NO_PROXY: '*' };
  const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const lines: string[] = [];
  const arriving = on(createInterface(child.stdout), 'line', { close: ['close'] });
  for await (const [line] of arriving) {
    lines.push(line);
    if (/is running without a page/.test(line)) break;
  }
  const origin = /^Metrics: (.*)\/metrics$/m.exec(lines.join('\n'))?.[1];
  if (origin === undefined) throw new Error(`The console ended: ${lines.join('\n')} ${errors}`);
  return { child, origin, lines, errors: () => errors };
}

const metricsOf = async (origin: string) => (await fetch(`${origin}/metrics`)).text();

test('polls, runs schedules, serves metrics and health but no page, and shuts down in order', async () => {
  await writeFile(join(parent, 'credentials/Lab-cloud'), `${cloud.login.admin.password}\n`, { mode: 0o400 });
  const { child, origin, lines, errors } = await start();
  expect(lines).toEqual([`Metrics: ${origin}/metrics`, 'Console ops-1 is running without a page.']);
  const reachable = (text: string) => text.match(/^glance_cache_host_reachable\{.*\} 1$/gm) ?? [];
  await expect.poll(async () => reachable(await metricsOf(origin)).length).toBe(2);
  const text = await metricsOf(origin);
  expect(text).toContain('glance_console_cloud_login_ok{cloud="Lab cloud"} 1');
  expect(text).toMatch(/^glance_console_build_info\{version="\S+",name="ops-1"\} 1$/m);
  // The index follows a few seconds after the polls.
  await expect
    .poll(() => metricsOf(origin))
    .toMatch(/^glance_cache_image_hits\{cloud="Lab cloud",image_id=".{36}",image_name=".+"\} \d+$/m);
  await expect
    .poll(() => metricsOf(origin))
    .toMatch(/^glance_console_schedule_runs_total\{schedule="Thin out",outcome="done"\} [1-9]/m);
  await expect.poll(() => metricsOf(origin)).toContain('glance_console_schedule_waiting{schedule="Ask first"} 1');
  expect(await (await fetch(`${origin}/healthz`)).json()).toEqual({ status: 'ok', problems: [] });
  for (const path of ['/', '/rpc', '/index.html']) expect((await fetch(`${origin}${path}`)).status).toBe(404);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  // Nobody looks at a page: the operator learns from standard error what to do.
  expect(errors()).toMatch(
    /^Schedule Ask first: a run waits for approval\. It would delete \d+ images?; the limit is 1\. Stop this console and approve or reject the run with the page \(serve without --headless on .*\)\.\n$/,
  );
  // It closed its database: the next console opens it without a repair.
  const store = await openStore(data, { schema: consoleSchema(data) });
  expect(store.notices.list()).toEqual([]);
  const recorded = store.database.prepare('SELECT DISTINCT state, console, schedule_name FROM operations').all();
  expect(recorded).toEqual([{ state: 'finished', console: 'ops-1', schedule_name: 'Thin out' }]);
  store.close();
});

test('the next start continues a schedule that SIGTERM interrupted, and no deletion is lost or sent twice', async () => {
  await writeFile(join(parent, 'credentials/Lab-cloud'), `${cloud.login.admin.password}\n`, { mode: 0o400 });
  const [name = ''] = cloud.hosts.map((host) => host.name);
  const host = cloud.control.host(name);
  host.fault({ kind: 'slow', ms: 1_000 }, { method: 'DELETE' });
  const deletions = () => host.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  const first = await start();
  await expect.poll(() => deletions().length).toBeGreaterThan(2);
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'exit')).toEqual([0, null]);

  host.clearFaults();
  const second = await start();
  await expect
    .poll(() => metricsOf(second.origin))
    .toMatch(/^glance_console_schedule_runs_total\{schedule="Thin out",outcome="done"\} 1/m);
  second.child.kill('SIGTERM');
  await once(second.child, 'exit');
  const store = await openStore(data, { schema: consoleSchema(data) });
  const states = store.database.prepare('SELECT DISTINCT state FROM operation_targets').all();
  const operations = store.database.prepare('SELECT state, schedule_name FROM operations').all();
  store.close();
  expect(operations).toEqual([{ state: 'finished', schedule_name: 'Thin out' }]);
  expect(states).toEqual([{ state: 'done' }]);
  expect(new Set(deletions()).size).toBe(deletions().length);
});

test('prints a cloud whose secret is missing, and reports it in its health', async () => {
  const { origin, errors } = await start();
  await expect.poll(async () => (await fetch(`${origin}/healthz`)).status).toBe(503);
  const { status, problems } = await (await fetch(`${origin}/healthz`)).json();
  expect(status).toBe('degraded');
  expect(problems.join()).toContain(
    'The login to the cloud Lab cloud does not work: The password of the cloud Lab cloud is missing.',
  );
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
  await expect.poll(errors).toContain('Provide the password in clouds.yaml or as a systemd credential');
});
