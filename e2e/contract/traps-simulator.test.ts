import { afterAll, expect, test } from 'vitest';
import { type DemoCloud, startDemoCloud } from '../../electron/demo/simulated-cloud.ts';
import { simulatedTrapHost } from './traps/simulated-trap-host.ts';
import { describeTraps } from './traps-suite.ts';

/** The simulator can cause every trap, whichever release has it. */
const limitBytes = 5 * 1024 * 1024;
const names = { of33: 'of-33', of25: 'of-25' };
const hosts = [
  { name: names.of33, release: '33', fill: 'ordinary', limitBytes },
  { name: names.of25, release: '25', fill: 'ordinary', limitBytes },
] as const;

let running: Promise<DemoCloud> | undefined;
function cloud(): Promise<DemoCloud> {
  running ??= startDemoCloud({ hosts, images: 0, traffic: false });
  return running;
}
afterAll(async () => (await running)?.close());

describeTraps('simulated Glance 33', {
  pruneAndClean: true,
  cannot: {},
  makeHost: async () => simulatedTrapHost(await cloud(), names.of33),
});
describeTraps('simulated Glance 25', {
  pruneAndClean: false,
  cannot: {
    hungPrune: 'Glance 25 has no native prune',
    neitherList: 'the simulator plays that moment of the driver centralized_db alone',
  },
  makeHost: async () => simulatedTrapHost(await cloud(), names.of25),
});

test('in all these tests, no image was requested while it was queued or being fetched', async () => {
  const { control } = await cloud();
  for (const name of Object.values(names)) expect(control.host(name).doubleQueued).toEqual([]);
});
