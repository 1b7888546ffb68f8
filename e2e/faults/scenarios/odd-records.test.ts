import { expect, test } from 'vitest';
import { hasEnded, untilOperation } from '../killable-console.ts';
import { act, images, Scenario } from './scenario.ts';

const hostId = 'glance-01';

test('a listed record with a readable id counts as cached, whatever its size is: it can be deleted, and is not queued', async () => {
  const [plain, sizeless, negative, tooLarge] = images(4, 5_000_000);
  if (!plain || !sizeless || !negative || !tooLarge) throw new Error('There are four images');
  const record = (imageId: string, size: unknown) => ({
    image_id: imageId,
    hits: 0,
    size,
    last_accessed: 1_790_000_000.5,
    last_modified: 1_790_000_000.5,
  });
  await using scenario = await Scenario.open({
    images: [plain, sizeless, negative, tooLarge],
    hosts: [
      {
        name: hostId,
        release: '33',
        cached: [plain.id],
        odd: [record(sizeless.id, null), record(negative.id, -5), record(tooLarge.id, 1e300)],
      },
    ],
  });
  const { client } = await scenario.start();
  const targets = [plain, sizeless, negative, tooLarge].map(({ id }) => ({ hostId, imageId: id }));
  const queue = await client.operations.plan({ kind: 'queue', targets });
  expect(queue).toMatchObject({ willDo: 0, alreadyDone: 4 });
  const plan = await client.operations.plan({ kind: 'delete', targets });
  expect(plan).toMatchObject({ willDo: 4, alreadyDone: 0 });
  const { id } = await act(client, { kind: 'delete', targets });
  const ended = await untilOperation(client, id, hasEnded);
  expect(ended).toMatchObject({ state: 'finished', counts: { done: 4 } });
  await client.hosts.refresh({});
  expect((await client.hosts.images({ id: hostId })).cached).toEqual([]);
});
