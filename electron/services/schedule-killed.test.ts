import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schedule } from '../contract/schedules.ts';
import { startDemoCloud } from '../demo/simulated-cloud.ts';
import { KillableServices } from './testing/killable-services.ts';

it('a console that is killed during a run of a schedule continues the run at its next start', async () => {
  const demo = await startDemoCloud({
    hosts: [{ name: 'glance-01', release: '33', fill: 'ordinary' }],
    images: 60,
    traffic: false,
  });
  const directory = await mkdtemp(join(tmpdir(), 'schedule-killed-'));
  const { password, ...admin } = demo.login.admin;
  const login = { kind: 'password', authUrl: demo.authUrl, ...admin };
  const [host] = demo.hosts;
  const settings = {
    preferences: { refreshPaused: true },
    clouds: [{ id: 'cloud', name: 'Lab', source: { kind: 'typed', login, connection: {} } }],
    hosts: [{ id: 'h', cloudId: 'cloud', name: 'glance-01', address: host?.address, limitBytes: 1_000_000, note: '' }],
    schedules: [
      schedule.parse({
        id: 's',
        name: 'Nightly',
        action: { kind: 'prune', toPercent: 50 },
        targets: { hosts: { kind: 'all' } },
        trigger: { kind: 'weekly', days: [(new Date().getUTCDay() + 3) % 7], at: '12:00' },
        limits: { images: null, percent: null },
      }),
    ],
  };
  await writeFile(join(directory, 'settings.json'), JSON.stringify(settings));
  const simulated = demo.control.host('glance-01');
  simulated.fault({ kind: 'slow', ms: 50 }, { method: 'DELETE' });
  const consoles: KillableServices[] = [];
  const start = () => {
    const console = new KillableServices(directory, { cloud: password });
    consoles.push(console);
    return console;
  };
  try {
    const first = start();
    await first.schedules.runNow({ id: 's' });
    let operationId: string | null = null;
    while (operationId === null)
      ({ operationId } = (await first.schedules.runs({ limit: 1 })).runs[0] ?? { operationId });
    const cut = await first.until(operationId, ({ counts }) => counts.done > 2);
    expect(cut.counts.waiting + cut.counts.sent).toBeGreaterThan(0);
    await first.kill();

    const second = start();
    const ended = await second.until(operationId, ({ state }) => state === 'finished');
    expect(ended).toMatchObject({
      schedule: { id: 's', name: 'Nightly' },
      counts: { failed: 0, unknown: 0, waiting: 0 },
    });
    const { runs } = await second.schedules.runs({ limit: 10 });
    expect(runs).toMatchObject([{ operationId, outcome: 'done', cause: 'manual', deleted: { images: ended.total } }]);
    expect(simulated.state().cached).toEqual([]);
  } finally {
    for (const console of consoles) await console.kill();
    await demo.close();
    await rm(directory, { recursive: true, force: true });
  }
});
