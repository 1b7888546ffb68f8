import { describe, expect, it } from 'vitest';
import type { ScheduleDraft, ScheduleRun } from '../contract/schedules.ts';
import { scheduleDraft } from '../contract/schedules.ts';
import { testServices } from './testing/test-services.ts';

const demo = { hosts: 3, images: 40, seed: 3 };
const hostId = 'demo-glance-01';

function draft(changes: Partial<ScheduleDraft>): ScheduleDraft {
  return scheduleDraft.parse({
    name: 'Nightly prune',
    action: { kind: 'prune', toPercent: 50 },
    targets: { hosts: { kind: 'named', hostIds: [hostId] } },
    trigger: { kind: 'daily', at: '02:30' },
    limits: { images: null, percent: null },
    ...changes,
  });
}

describe('schedules over the demo cloud', () => {
  it('prune a host through the contract: saved, previewed, run, recorded, journalled', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
    await client.hosts.refresh({});
    const preview = await client.schedules.preview(draft({}));
    expect(preview).toMatchObject({ hostIds: [hostId], problems: [], typedName: null });
    expect(preview.nextRuns).toHaveLength(5);
    expect(preview.wouldDelete?.images).toBeGreaterThan(0);
    const { id } = await client.schedules.save({ draft: draft({}) });
    const dry = await client.schedules.dryRun({ id });
    expect(dry.plan?.willDo).toBe(1);
    expect((await client.operations.list({})).operations).toEqual([]);
    await client.schedules.runNow({ id });
    const run = await ended(client);
    expect(run).toMatchObject({ scheduleId: id, cause: 'manual', outcome: 'done', failedHosts: [] });
    expect(run.deleted.images).toBeGreaterThan(0);
    const [operation] = (await client.operations.list({})).operations;
    expect(operation).toMatchObject({ id: run.operationId, kind: 'prune', schedule: { id, name: 'Nightly prune' } });
    await client.hosts.refresh({});
    const host = (await console.state()).hosts.find((one) => one.id === hostId);
    expect(host?.totals?.sizeBytes).toBeLessThanOrEqual((host?.limitBytes ?? 0) / 2);
    const { schedules } = await client.schedules.list({});
    expect(schedules).toMatchObject([{ schedule: { id }, lastRun: { id: run.id }, problem: null, conflicts: [] }]);
    expect(schedules[0]?.nextRun).toBe(preview.nextRuns[0]);
    // What concerns only the demo cloud is never saved, but its runs are remembered.
    expect(await console.settingsText().catch(() => '')).not.toContain('Nightly prune');
    await console.restart({ demo });
    expect((await console.client.operations.list({})).operations[0]?.schedule).toEqual({ id, name: 'Nightly prune' });
    expect((await console.client.schedules.runs({ limit: 10 })).runs).toEqual([run]);
  });
});

async function ended(client: Awaited<ReturnType<typeof testServices>>['client']): Promise<ScheduleRun> {
  for await (const event of await client.events({})) {
    if (event.type !== 'schedules' && event.type !== 'state') continue;
    const [run] = (await client.schedules.runs({ limit: 1 })).runs;
    if (run && run.endedAt !== null) return run;
  }
  throw new Error('The stream ended');
}
