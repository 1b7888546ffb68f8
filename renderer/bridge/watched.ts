/** The document, as far as it tells whether anybody can see it. */
export type Watchable = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/** Milliseconds for which a hidden page goes on, so that switching tabs to and fro costs nothing. */
const patience = 15_000;

/**
 * Does `work` while the page can be seen, until the signal aborts. A browser allows six connections to a server, over
 * all tabs: were hidden tabs to keep one each, the seventh could not call anything.
 */
export async function whileWatched(
  page: Watchable,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
  forgets = patience,
): Promise<void> {
  while (!signal.aborted) {
    await untilSeen(page, signal);
    if (signal.aborted) return;
    const unseen = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (page.visibilityState === 'hidden') timer = setTimeout(() => unseen.abort(), forgets);
    };
    page.addEventListener('visibilitychange', look);
    try {
      await work(AbortSignal.any([signal, unseen.signal]));
    } finally {
      clearTimeout(timer);
      page.removeEventListener('visibilitychange', look);
    }
  }
}

function untilSeen(page: Watchable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (page.visibilityState === 'hidden' && !signal.aborted) return;
      page.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    page.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}
