import type { Amount } from '../../contract/operations.ts';
import { delay } from '../../lib/abort.ts';
import { plural } from '../../lib/text.ts';
import type { ImageIndex } from '../model/image-index.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import { amountText } from '../model/operation-texts.ts';
import type { Crew } from './crew.ts';
import { tryRelist } from './look-again.ts';

/** What came of a queue since: what is cached of it, and how many images wait still. */
export function fetchedSince(
  before: Pick<ImageIndex, 'queued'>,
  after: ImageIndex | undefined,
): { came: Amount; left: number } {
  const came = { images: 0, bytes: 0 };
  let left = 0;
  for (const imageId of before.queued.keys()) {
    if (after?.queued.has(imageId)) left += 1;
    const cached = after?.cached.get(imageId);
    if (!cached) continue;
    came.images += 1;
    came.bytes += cached.sizeBytes;
  }
  return { came, left };
}

/** Tells how far a queue has come for as long as something works on it: its program itself says nothing of that. */
export async function whileWatched<Result>(
  crew: Crew,
  account: Account,
  entry: Entry,
  before: Pick<ImageIndex, 'queued'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const sizes = [...before.queued.values()].map(({ description }) => description?.catalogueSizeBytes ?? null);
  const of = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const watching = watch();
  try {
    return await work();
  } finally {
    over.abort();
    await watching;
  }

  async function watch(): Promise<void> {
    let wait = crew.bounds().followFirst;
    const ends = AbortSignal.any([over.signal, crew.stopping]);
    for (;;) {
      await delay(crew.clock, wait, ends);
      if (ends.aborted) return;
      wait = Math.min(crew.bounds().followMost, wait * 1.5);
      const seen = await tryRelist(crew, entry.hostId);
      if (ends.aborted) return;
      // A host that does not answer meanwhile may be busy fetching.
      if (!seen) continue;
      const { came, left } = fetchedSince(before, seen);
      account.advance(entry, { bytes: came.bytes, of });
      const text = `glance-cache-prefetcher is run over ssh: ${amountText(came)} fetched, ${plural(left, 'image')} queued.`;
      account.set(entry, 'sent', { text });
    }
  }
}
