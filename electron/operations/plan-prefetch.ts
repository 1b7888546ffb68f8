import type { Failure } from '../contract/failure.ts';
import type { PlannedTarget } from '../contract/operations.ts';
import type { PrefetcherVerdict } from '../remote/release.ts';
import { listTells } from './list.ts';
import { clip, type HostLook, notNow } from './look.ts';
import type { Seen } from './seen.ts';
import { count } from './words.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated' | 'rung'>;

/** What is known of a host's prefetcher, where it was asked for over ssh. */
export type PrefetcherLook = PrefetcherVerdict | { failure: Failure };

const nothing = { images: 0, bytes: 0 };

/** What running the prefetcher of a host would do. */
export function judgePrefetch(look: HostLook, prefetcher: PrefetcherLook | undefined): Verdict {
  const why = notNow(look);
  if (why) return refuse(why);
  if (!listTells(look.summary)) return refuse('The host lists null: what is queued there, it does not tell.');
  if (look.queued.size === 0) return { ...already('Nothing is queued.') };
  const living = mayFetch(look.capabilities?.fetch, look);
  if (living) return already(living);
  const itself =
    look.capabilities?.fetch === 'periodic'
      ? 'A job of its own fetches what is queued, by default every 5 minutes. '
      : '';
  if (!look.overSsh || !prefetcher) {
    return refuse(
      `${itself}No access over ssh is set up, by which glance-cache-prefetcher could be run on it. Set it up in the ` +
        'settings of the host or of its cloud.',
    );
  }
  if ('failure' in prefetcher)
    return refuse(`${itself}Over ssh: ${prefetcher.failure.message} ${prefetcher.failure.remedy}`);
  if (!prefetcher.works) return refuse(`${prefetcher.reason} ${prefetcher.remedy}`);
  return {
    verdict: 'willDo',
    reason: `glance-cache-prefetcher over ssh fetches ${count(look.queued.size, 'queued image')}.`,
    expected: { images: look.queued.size, bytes: 0 },
    estimated: true,
    rung: 'ssh',
  };
}

/**
 * Why the prefetcher must not be run: a host that fetches at once may be fetching what is queued and not stalled, and two
 * fetches write one file (glance-cache-api, trap 3).
 */
export function mayFetch(fetch: 'atOnce' | 'periodic' | 'byProgram' | undefined, { queued }: Pick<Seen, 'queued'>) {
  if (fetch !== 'atOnce') return undefined;
  const living = [...queued.values()].filter(({ stalled }) => stalled === null).length;
  if (living === 0) return undefined;
  return `It fetches what is queued at once by itself, and ${count(living, 'queued image is', 'queued images are')} not stalled.`;
}

function already(reason: string): Verdict {
  return { verdict: 'alreadyDone', reason, expected: nothing, estimated: false, rung: null };
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason: clip(reason), expected: null, estimated: false, rung: null };
}
