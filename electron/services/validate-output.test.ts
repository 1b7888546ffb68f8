import { safe } from '@orpc/client';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { hostImages } from '../contract/fleet.ts';
import { cachedImages } from '../fleet/testing/cached-images.ts';
import { validateOutput } from './validate-output.ts';

const images = (count: number) => ({
  hostId: 'h',
  revision: 1,
  takenAt: 5,
  cached: cachedImages(Array.from({ length: count }, (_, n) => `image-${n}`)),
  queued: [],
  odd: [],
});

it('checks a long list element by element, and drops what the contract does not define', async () => {
  for (const count of [3, 2_500]) {
    const valid = images(count);
    const more = { ...valid, secret: 1, cached: valid.cached.map((image) => ({ ...image, secret: 2 })) };
    expect(await validateOutput(hostImages, more)).toEqual(valid);
  }
});

it('names the element of a long list that violates the contract, and checks the rest of the object', async () => {
  const valid = images(2_500);
  const cached = valid.cached.map((image, index) => (index === 2_345 ? { ...image, hits: -1 } : image));
  const issues = async (output: unknown, schema: z.ZodType = hostImages) => {
    const { error } = await safe(validateOutput(schema, output));
    return z.object({ cause: z.object({ issues: z.array(z.object({ path: z.array(z.any()) })) }) }).parse(error).cause
      .issues;
  };
  expect(await issues({ ...valid, cached })).toMatchObject([{ path: ['cached', 2_345, 'hits'] }]);
  expect(await issues({ ...valid, revision: 'x' })).toMatchObject([{ path: ['revision'] }]);
  const short = z.object({ ids: z.array(z.string()).max(2_000) });
  expect(await issues({ ids: Array(2_001).fill('a') }, short)).toMatchObject([{ path: ['ids'] }]);
});
