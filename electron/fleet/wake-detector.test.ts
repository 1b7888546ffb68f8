import { expect, it, vi } from 'vitest';
import { ManualClock } from '../lib/testing/manual-clock.ts';
import { fakeFleet, second } from './testing/fake-fleet.ts';
import { failing, record } from './testing/host-fixtures.ts';
import { WakeDetector } from './wake-detector.ts';

/** A clock whose time a test may move without its timers, as sleep does. */
class SleepingClock extends ManualClock {
  slept = 0;
  override now() {
    return super.now() + this.slept;
  }
}

it('detects sleep and a clock that was set back, once each, and ignores a check that is a little late', async () => {
  const clock = new SleepingClock();
  const onWake = vi.fn();
  const detector = new WakeDetector({ clock, onWake, addresses: () => [] });
  await clock.forward(60 * second);
  clock.slept += 15 * second;
  await clock.forward(60 * second);
  expect(onWake).not.toHaveBeenCalled();
  clock.slept += 3_600 * second;
  await clock.forward(60 * second);
  expect(onWake).toHaveBeenCalledTimes(1);
  clock.slept -= 7_200 * second;
  await clock.forward(60 * second);
  expect(onWake).toHaveBeenCalledTimes(2);
  detector.stop();
  expect(clock.waiting).toBe(0);
});

it('detects another network, and ignores the same addresses in another order', async () => {
  const clock = new ManualClock();
  const onWake = vi.fn();
  let addresses = ['192.0.2.1', '2001:db8::1'];
  const detector = new WakeDetector({ clock, onWake, addresses: () => addresses });
  addresses = ['2001:db8::1', '192.0.2.1'];
  await clock.forward(10 * second);
  expect(onWake).not.toHaveBeenCalled();
  addresses = ['2001:db8::1', '192.0.2.1', '10.8.0.2'];
  await clock.forward(10 * second);
  expect(onWake).toHaveBeenCalledTimes(1);
  detector.stop();
});

it('a fleet that wakes polls every host at once, also one that failed for long, and reads its catalogue again', async () => {
  const { clock, fleet, hosts, host, catalogue, configure } = fakeFleet(3);
  for (const each of hosts) each.failure = failing('unreachable');
  await clock.forward(3_000 * second);
  const before = hosts.map(({ capabilitiesAsked }) => capabilitiesAsked);
  await clock.forward(30 * second);
  expect(hosts.map(({ capabilitiesAsked }) => capabilitiesAsked)).toEqual(before);
  for (const each of hosts) each.failure = undefined;
  host.cached = [record('a')];
  fleet.wake();
  await clock.forward(second);
  expect(fleet.summaries().map(({ state }) => state)).toEqual(['reachable', 'reachable', 'reachable']);
  const reads = catalogue.reads;
  fleet.wake();
  await clock.forward(second);
  expect(catalogue.reads).toBe(reads + 1);

  const lists = host.lists;
  configure(undefined, { refreshPaused: true });
  fleet.wake();
  await clock.forward(second);
  expect(host.lists).toBe(lists);
  await fleet.stop();
});

it('a host that fails after waking is polled again after its usual interval', async () => {
  const { clock, fleet, host } = fakeFleet(1);
  host.failure = failing('unreachable');
  await clock.forward(3_000 * second);
  fleet.wake();
  await clock.forward(second);
  expect((fleet.summary('h0')?.nextPollAt ?? 0) - clock.now()).toBeLessThan(60 * second);
  await fleet.stop();
});
