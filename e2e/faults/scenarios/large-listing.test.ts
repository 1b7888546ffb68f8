import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ConsoleClient } from '../../../renderer/bridge/client.ts';
import { images, Scenario } from './scenario.ts';

// Answers of one host that are large or odd must not keep the console from answering others.

/** The milliseconds by which a call may be slower while another thread is busy with the answer. */
const margin = 400;

/** The longest of calls made one after another until `work` has ended, in milliseconds. */
async function longestCall(client: ConsoleClient, work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const begun = performance.now();
    await client.about({});
    longest = Math.max(longest, performance.now() - begun);
  }
  await over;
  return longest;
}

async function calls(client: ConsoleClient, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await client.about({});
}

describe('while a host is polled, other calls are not delayed', () => {
  test('if its listing has 31 MB, at the first poll and at later ones', async () => {
    const held = images(20, 1_000_000);
    await using scenario = await Scenario.open({
      images: held,
      hosts: [
        { name: 'glance-01', release: '33', cached: held.map(({ id }) => id) },
        { name: 'glance-02', release: '25', padding: 231_344 },
      ],
    });
    const served = scenario.spawn();
    const client = await served.client();
    await client.hosts.refresh({ ids: ['glance-01'] });
    // After the poll has ended, its listing is still being compared, shown and stored.
    const withPoll = async () => {
      await client.hosts.refresh({ ids: ['glance-02'] });
      await wait(3_000);
    };
    const first = await longestCall(client, withPoll());
    const later = [await longestCall(client, withPoll()), await longestCall(client, withPoll())];
    await scenario.cloud.close();
    const baseline = await longestCall(client, calls(client, 200));
    expect((await client.hosts.images({ id: 'glance-02' })).cached).toHaveLength(231_344);
    for (const longest of [first, ...later]) expect(longest).toBeLessThan(baseline + margin);
  });

  test('if it answers with 4 MB of nested arrays, and the host reports a bad response', async () => {
    await using scenario = await Scenario.open({ images: [], hosts: [{ name: 'glance-01', release: '33' }] });
    const { client } = await scenario.start();
    const baseline = await longestCall(client, calls(client, 200));
    const half = 2_000_000;
    const answer = `{"cached_images": ${'['.repeat(half)}${']'.repeat(half)}, "queued_images": []}`;
    await scenario.cloud.setRules([{ method: 'GET', path: '/v2/cache$', answer }]);
    const longest = await longestCall(client, client.hosts.refresh({ ids: ['glance-01'] }));
    expect(longest).toBeLessThan(baseline + margin);
  });
});
