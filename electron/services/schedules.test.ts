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
  it('prune a host through the contract: saved, previewed, run, recorded and journalled', async () => {
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
    // A schedule that concerns only the demo cloud is never saved, but its runs are remembered.
    expect(await console.settingsText().catch(() => '')).not.toContain('Nightly prune');
    await console.restart({ demo });
    expect((await console.client.operations.list({})).operations[0]?.schedule).toEqual({ id, name: 'Nightly prune' });
    expect((await console.client.schedules.runs({ limit: 10 })).runs).toEqual([run]);
  });

  it('sync a golden set and delete waste on the hosts of the schedule', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
    await client.hosts.refresh({});
    const { cached } = await client.hosts.images({ id: hostId });
    const { images } = await client.clouds.catalogue({ imageServiceId: 'demo' });
    const held = new Set(cached.map(({ imageId }) => imageId));
    const missing = images.find(({ id, status, hidden }) => status === 'active' && !hidden && !held.has(id));
    const set = await client.golden.save({
      cloudId: 'demo',
      name: 'One image',
      hosts: { kind: 'named', hostIds: [hostId] },
      exact: true,
      images: [{ by: 'id', imageId: missing?.id ?? '' }],
    });
    const sync = await client.schedules.save({
      draft: draft({ name: 'Sync', action: { kind: 'golden', goldenId: set.id, deleteExtra: true } }),
    });
    const dry = await client.schedules.dryRun({ id: sync.id });
    expect(dry.plan?.action.kind).toBe('align');
    expect(dry.plan?.targets.filter(({ step }) => step === 'queue').map(({ imageId }) => imageId)).toEqual([
      missing?.id,
    ]);
    expect(dry.plan?.targets.filter(({ step }) => step === 'delete')).toHaveLength(cached.length);

    const waste = await client.schedules.save({
      draft: draft({
        name: 'Waste',
        action: { kind: 'waste', filterId: 'all' },
        trigger: { kind: 'daily', at: '05:00' },
      }),
    });
    const preview = await client.schedules.preview(waste);
    const swept = await client.schedules.dryRun({ id: waste.id });
    expect(swept.plan?.action.kind).toBe('delete');
    expect(new Set(swept.plan?.targets.map((target) => target.hostId))).toEqual(new Set([hostId]));
    expect(preview.wouldDelete?.images).toBe(swept.plan?.willDo);
    // The set is gone: the schedule reports it, and cannot run.
    await client.golden.remove({ id: set.id });
    const state = (await client.schedules.list({})).schedules.find(({ schedule }) => schedule.id === sync.id);
    expect(state?.problem).toBe('Its golden set was removed.');
    await expect(client.schedules.runNow({ id: sync.id })).rejects.toMatchObject({ code: 'invalidInput' });
  });

  it('require the typed name on a production cloud to be saved, turned on and imported, but not to run', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
    await client.clouds.update({ id: 'demo', production: true });
    const refused = { code: 'invalidInput', data: { remedy: 'Type Demo cloud to confirm. Nothing was saved.' } };
    expect(await client.schedules.preview(draft({}))).toMatchObject({ typedName: 'Demo cloud' });
    await expect(client.schedules.save({ draft: draft({}) })).rejects.toMatchObject(refused);
    await expect(client.schedules.save({ draft: draft({}), typedName: 'Demo' })).rejects.toMatchObject(refused);
    const { id } = await client.schedules.save({ draft: draft({}), typedName: 'Demo cloud' });
    await client.schedules.enable({ id, enabled: false });
    await expect(client.schedules.enable({ id, enabled: true })).rejects.toMatchObject(refused);
    await client.schedules.enable({ id, enabled: true, typedName: 'Demo cloud' });
    const { text } = await client.schedules.export({});
    expect(await client.schedules.import({ text })).toMatchObject({ changes: [{ change: 'same' }], typedName: null });
    const other = text.replace('Nightly prune', 'Other prune');
    expect(await client.schedules.import({ text: other })).toMatchObject({ typedName: 'Demo cloud', applied: false });
    await expect(client.schedules.import({ text: other, apply: true })).rejects.toMatchObject(refused);
    const imported = await client.schedules.import({ text: other, apply: true, typedName: 'Demo cloud' });
    expect(imported.applied).toBe(true);
    expect((await client.schedules.list({})).schedules.map(({ schedule }) => schedule.name)).toEqual([
      'Nightly prune',
      'Other prune',
    ]);
    // A schedule that deletes nothing needs no typed name.
    await client.schedules.save({ draft: draft({ name: 'Clean', action: { kind: 'clean' } }) });
    await client.hosts.refresh({});
    await client.schedules.runNow({ id });
    expect(await ended(client)).toMatchObject({ outcome: 'done' });
  });

  it('wait for approval over their limits, and run once they are approved', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
    await client.hosts.refresh({});
    const { id } = await client.schedules.save({ draft: draft({ limits: { images: 1, percent: null } }) });
    await client.schedules.runNow({ id });
    const run = await untilRun(client, ({ outcome }) => outcome === 'waiting');
    expect(run.text).toContain('the limit is 1.');
    expect((await client.operations.list({})).operations).toEqual([]);
    await console.restart({ demo });
    // A schedule of the demo cloud is not kept, and neither are its waiting runs.
    expect((await console.client.schedules.runs({ limit: 1 })).runs).toMatchObject([
      { id: run.id, outcome: 'rejected' },
    ]);
    await console.client.hosts.refresh({});
    const again = await console.client.schedules.save({ draft: draft({ limits: { images: 1, percent: null } }) });
    await console.client.schedules.runNow({ id: again.id });
    const waiting = await untilRun(console.client, ({ outcome }) => outcome === 'waiting');
    expect(await console.client.schedules.waitingPlan({ runId: waiting.id })).toMatchObject({ plan: { willDo: 1 } });
    await console.client.schedules.approve({ runId: waiting.id });
    expect(await ended(console.client)).toMatchObject({ id: waiting.id, outcome: 'done' });
  });
});

type Client = Awaited<ReturnType<typeof testServices>>['client'];

function ended(client: Client): Promise<ScheduleRun> {
  return untilRun(client, ({ endedAt }) => endedAt !== null);
}

/** The newest run, once it meets the condition. */
async function untilRun(client: Client, is: (run: ScheduleRun) => boolean): Promise<ScheduleRun> {
  for await (const event of await client.events({})) {
    if (event.type !== 'schedules' && event.type !== 'state') continue;
    const [run] = (await client.schedules.runs({ limit: 1 })).runs;
    if (run && is(run)) return run;
  }
  throw new Error('The stream ended');
}
