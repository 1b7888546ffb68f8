import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { Schedule } from '../../contract/schedules.ts';
import { ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const unlimited = { images: null, percent: null };

let world: ScheduleWorld;

beforeEach(() => {
  world = new ScheduleWorld(Date.UTC(2026, 0, 1));
  world.addHost('a');
  world.addHost('b');
});

afterEach(() => {
  expect(world.faults).toEqual([]);
  expect(world.operations.violations).toEqual([]);
});

function daily(changes: Partial<Schedule> = {}): Schedule {
  return scheduleOf({ limits: unlimited, ...changes });
}

async function started(...schedules: Schedule[]) {
  world.schedules = schedules;
  return world.start();
}

describe('safety limits', () => {
  it.each([
    ['a number', { images: 9, percent: null }, 'It would delete 10 images; the limit is 9.'],
    ['a share', { images: null, percent: 49 }, 'It would delete more than 49 % of the images of a, b.'],
  ])('for %s of images: a run over the limit waits for approval', async (_, limits, text) => {
    await started(daily({ limits }));
    await world.clock.forward(3 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'waiting', text, deleted: { images: 10 }, endedAt: null }]);
    expect(world.operations.list()).toEqual([]);
    expect(world.engine?.states()[0]?.waitingRun?.text).toBe(text);
  });

  it('a run within the limits starts at once', async () => {
    await started(daily({ limits: { images: 10, percent: 50 } }));
    await world.clock.forward(3 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'done' }]);
  });

  it('a run that deletes a golden image waits, and so does one that may delete one', async () => {
    world.golden = new Set(['a-image-3', 'a-image-9']);
    await started(daily());
    await world.clock.forward(3 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'waiting', text: 'It would delete 1 golden image on a.' }]);
    world.golden = new Set();
    world.goldenUnknown = ['lab'];
    world.engine?.reject(world.runs()[0]?.id ?? '');
    await world.clock.forward(24 * hour);
    expect(world.runs()[0]).toMatchObject({ outcome: 'waiting', text: expect.stringContaining('It is unknown which') });
  });

  it('an approved run is planned again and started, also after a restart; newer runs are skipped meanwhile', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(51 * hour);
    expect(world.runs()).toMatchObject([
      { outcome: 'skipped', dueRuns: 2, text: 'An earlier run waits for approval.' },
      { outcome: 'waiting' },
    ]);
    await world.kill();
    await world.start();
    const id = world.runs()[1]?.id ?? '';
    const dry = await world.engine?.waitingPlan(id);
    expect(dry).toMatchObject({ plan: { willDo: 2 }, approval: expect.stringContaining('10 images') });
    expect(await world.engine?.approve(id, undefined)).toMatchObject({ id, outcome: 'running' });
    await world.clock.forward(minute);
    expect(world.runs()[1]).toMatchObject({ id, outcome: 'done', deleted: { images: 10 } });
    await expect(world.engine?.approve(id, undefined)).rejects.toThrow('does not wait for approval');
  });

  it('a run that exceeds what was approved is not started, and can then be approved as it is', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(3 * hour);
    world.fill('a', 2);
    const id = world.runs()[0]?.id ?? '';
    const refused = await world.engine?.approve(id, undefined).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExpectedFailure);
    expect((refused as ExpectedFailure).message).toBe(
      'The hosts have changed. It would now delete 7 images on a; approved were 5.',
    );
    expect(world.operations.list()).toEqual([]);
    expect(world.runs()[0]).toMatchObject({ outcome: 'waiting', deleted: { images: 12 } });
    await world.engine?.approve(id, undefined);
    await world.clock.forward(minute);
    expect(world.runs()[0]).toMatchObject({ outcome: 'done', deleted: { images: 12 } });
  });

  it('an approval while no host can be worked on starts nothing, and the run still waits', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(3 * hour);
    const id = world.runs()[0]?.id ?? '';
    for (const host of ['a', 'b']) world.setDown(host, true);
    await expect(world.engine?.approve(id, undefined)).rejects.toThrow('No host of this run can be worked on now.');
    expect(world.runs()).toMatchObject([{ outcome: 'waiting' }]);
    for (const host of ['a', 'b']) world.setDown(host, false);
    await world.engine?.approve(id, undefined);
    await world.clock.forward(minute);
    expect(world.runs()).toMatchObject([{ id, outcome: 'done' }]);
  });

  it('a rejected run ends, and the next run may start', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(3 * hour);
    expect(world.engine?.reject(world.runs()[0]?.id ?? '')).toMatchObject({
      outcome: 'rejected',
      text: 'Rejected by the operator. Nothing was sent.',
      deleted: { images: 0 },
    });
    await world.clock.forward(24 * hour);
    expect(world.runs().map(({ outcome }) => outcome)).toEqual(['waiting', 'rejected']);
  });

  it('a waiting run ends when its schedule is removed', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(3 * hour);
    await world.setSchedules();
    expect(world.runs()).toMatchObject([{ outcome: 'rejected', text: 'The schedule was removed. Nothing was sent.' }]);
  });

  it('a waiting run ends when its schedule is changed to do something else', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    await world.clock.forward(3 * hour);
    await world.setSchedules(daily({ action: { kind: 'prune', toPercent: 10 } }));
    expect(world.runs()).toMatchObject([{ outcome: 'rejected', text: expect.stringContaining('was changed') }]);
  });
});
