import type { Amount } from '../../contract/operations.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration, plural } from '../../lib/text.ts';
import { type ImageIndex, indexImages } from '../model/image-index.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import { amountText } from '../model/operation-texts.ts';
import { clearScopeOf } from '../model/recorded-operation.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { tryRelist } from './look-again.ts';
import { againOrFailed, send } from './send.ts';
import { repeatable } from './trouble.ts';

/** Clears caches and queues, and counts what went by comparing the lists before and after: the host does not say. */
export function clearRunner(crew: Crew, account: Account, follow: Follow): Runner {
  const what = clearScopeOf(account.what);
  const before = new Map<Entry, ImageIndex>();

  return {
    work: () => 'request',
    async send(entry) {
      const access = crew.access(entry.hostId);
      const held = before.get(entry) ?? (await tryRelist(crew, entry.hostId)) ?? indexImages(access.images());
      if (crew.stopping.aborted) return undefined;
      before.set(entry, held);
      const sent = await send(crew, account, entry, (host, capabilities, signal) =>
        host.clear(capabilities, what, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return againOrFailed(crew, account, entry, sent, repeatable);
      access.report({ kind: 'cleared', what });
      settle(entry, held, await tryRelist(crew, entry.hostId));
      return undefined;
    },
  };

  function settle(entry: Entry, held: ImageIndex, after: ImageIndex | undefined): void {
    if (crew.stopping.aborted) return;
    if (!after) {
      account.set(entry, 'done', { text: 'Cleared. How many went is not known: the host does not say, nor list now.' });
      return;
    }
    const { went, stayed } = compare(held, after);
    if (stayed > 0) {
      const text = `Went: ${amountText(went)}. ${plural(stayed, 'image is', 'images are')} listed still, or again.`;
      account.set(entry, 'failed', { text, actual: went });
      return;
    }
    const { state } = crew.access(entry.hostId);
    const watch = what === 'cache' ? undefined : state.dequeued([...held.queued.values()]);
    if (watch) watchForReturn(entry, went, watch);
    else account.set(entry, 'done', { text: wentText(went), actual: went });
  }

  function compare(held: ImageIndex, after: ImageIndex): { went: Amount; stayed: number } {
    const went = { images: 0, bytes: 0 };
    let stayed = 0;
    const gone = (there: boolean, bytes: number) => {
      if (there) stayed += 1;
      else {
        went.images += 1;
        went.bytes += bytes;
      }
    };
    if (what !== 'queue')
      for (const image of held.cached.values()) gone(after.cached.has(image.imageId), image.sizeBytes);
    if (what !== 'cache') for (const imageId of held.queued.keys()) gone(after.queued.has(imageId), 0);
    return { went, stayed };
  }

  function watchForReturn(entry: Entry, went: Amount, watch: ReturnWatch): void {
    const may = `${plural(watch.imageIds.length, 'image')} of the queue may come back when a fetch ends.`;
    account.set(entry, 'following', { text: `${wentText(went)} ${may}`, actual: went });
    follow(entry, (seen, now) => {
      if (!watch.isOver(seen?.cached, now)) return false;
      const back = watch.returned(seen?.cached);
      if (back.length === 0) {
        account.set(entry, 'done', {
          text: `${wentText(went)} None came back in ${formatDuration(now - watch.startedAt)}.`,
          actual: went,
        });
      } else {
        const text = `${wentText(went)} ${plural(back.length, 'image')} came back: the host was fetching. Clear again now.`;
        account.set(entry, 'failed', { text, actual: went });
      }
      return true;
    });
  }
}

function wentText(went: Amount): string {
  return `Went: ${amountText(went)}.`;
}
