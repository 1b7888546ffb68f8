import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settled } from '../../lib/testing/manual-clock.ts';
import { ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const minute = 60_000;
const threshold = scheduleOf({
  action: { kind: 'prune', toPercent: 60 },
  trigger: { kind: 'threshold', abovePercent: 90 },
  limits: { images: null, percent: null },
});

let world: ScheduleWorld;

beforeEach(async () => {
  world = new ScheduleWorld();
  world.addHost('a', { images: 5, limit: 10 });
  world.addHost('b', { images: 5, limit: 10 });
  world.schedules = [threshold];
  await world.start();
});

afterEach(() => {
  expect(world.faults).toEqual([]);
  expect(world.operations.violations).toEqual([]);
});

/** Fills a host and waits until an operation has ended. */
async function fill(id: string, images: number): Promise<void> {
  world.fill(id, images);
  await world.clock.forward(2 * minute);
}

describe('a schedule with a threshold', () => {
  it('prunes a host that a poll shows above the threshold, and no other', async () => {
    await fill('a', 4);
    expect(world.runs()).toEqual([]);
    await fill('a', 1);
    expect(world.runs()).toMatchObject([{ cause: 'threshold', outcome: 'done', deleted: { images: 4 } }]);
    expect(world.operations.list()).toMatchObject([{ hostIds: ['a'] }]);
    expect(world.host('a').cached).toHaveLength(6);
  });

  it('runs once per host, and for several hosts at the same time', async () => {
    world.fill('a', 5);
    world.fill('b', 5);
    await settled();
    for (let poll = 0; poll < 5; poll += 1) world.poll('a');
    await settled();
    expect(world.runs().map(({ outcome }) => outcome)).toEqual(['running', 'running']);
    expect(world.operations.list().map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('does not run again until a poll after the end shows the host above the threshold', async () => {
    await fill('a', 5);
    world.poll('a');
    await world.clock.forward(60 * minute);
    expect(world.runs()).toHaveLength(1);
    await fill('a', 4);
    expect(world.runs()).toHaveLength(2);
  });

  it('backs off when it fails, and pauses for the host after three failures', async () => {
    world.host('a').fails = true;
    await fill('a', 5);
    const pollFor = async (minutes: number) => {
      for (let passed = 0; passed < minutes; passed += 1) {
        world.poll('a');
        await world.clock.forward(minute);
      }
    };
    await pollFor(2);
    expect(world.runs()).toHaveLength(1);
    await pollFor(6);
    expect(world.runs()).toHaveLength(2);
    await pollFor(5);
    expect(world.runs()).toHaveLength(2);
    await pollFor(600);
    expect(world.runs()).toHaveLength(3);
    expect(world.engine?.states()[0]?.pausedHosts).toMatchObject([{ hostId: 'a' }]);
  });

  it('starts nothing in a blackout, while paused, or on a host that is down', async () => {
    await world.setSchedules({ ...threshold, blackouts: [{ from: '00:00', to: '01:00', days: [] }] });
    await fill('a', 5);
    expect(world.runs()).toEqual([]);
    world.paused = true;
    await world.clock.forward(60 * minute);
    world.poll('a');
    expect(world.runs()).toEqual([]);
    world.paused = false;
    world.setDown('a', true);
    world.engine?.settingsChanged();
    expect(world.runs()).toEqual([]);
    world.setDown('a', false);
    world.poll('a');
    await settled();
    expect(world.runs()).toHaveLength(1);
  });
});
