import { formatSize } from '../../contract/units.ts';
import type { Account, Entry } from '../model/account.ts';
import { byId, type Seen } from '../model/seen.ts';
import { amountText, hungPrune, pruneHung } from '../model/words.ts';
import type { Crew, Runner } from './crew.ts';
import { lookAgain } from './look-again.ts';
import { difference, differs } from './run-over-ssh.ts';
import { againOrFailed, send } from './send.ts';
import { onlyIfUndone } from './trouble.ts';

/** Has hosts prune themselves. Never twice on a host on which one may be running: glance-cache-api, trap 4. */
export function pruneRunner(crew: Crew, account: Account): Runner {
  return {
    work: () => 'long',
    async send(entry) {
      const { hostId } = entry;
      const now = crew.clock.now();
      crew.marks.observe(crew.access(hostId).summary());
      const mark = crew.marks.mayRun(hostId, now, crew.bounds().pruneMayRun);
      if (mark) {
        account.set(entry, 'refused', { text: hungPrune(entry.hostName, mark, now) });
        return undefined;
      }
      if (crew.pruning.has(hostId)) {
        account.set(entry, 'refused', { text: `Its own pruner is running on ${entry.hostName} at this moment.` });
        return undefined;
      }
      // Before anything is waited for, so that no other operation sends one meanwhile.
      crew.marks.set({ hostId, state: 'running', at: now, operationId: account.id, overBytes: null });
      const before = (await lookAgain(crew, hostId)) ?? byId(crew.access(hostId).images());
      const sent = await send(crew, account, entry, (host, _, signal) => host.prune(signal));
      if (sent === 'stopped') {
        if (entry.state === 'waiting') crew.marks.remove(hostId);
        return undefined;
      }
      crew.access(hostId).expect({ kind: 'pruned' });
      if ('answer' in sent) {
        returned(entry, await lookAgain(crew, hostId));
        const seen = crew.marks.of(hostId)?.overBytes ?? 0;
        const still = seen > 0 ? ` It is ${formatSize(seen)} over its stated limit still.` : '';
        account.set(entry, 'done', {
          text: [`The host says that it removed ${amountText(sent.answer)}.${still}`, differs(entry, sent.answer)]
            .join(' ')
            .trim(),
          actual: sent.answer,
        });
        return undefined;
      }
      if (sent.trouble !== 'lost') {
        crew.marks.remove(hostId);
        return againOrFailed(crew, account, entry, sent, onlyIfUndone);
      }
      crew.marks.set({ hostId, state: 'hung', at: now, operationId: account.id, overBytes: null });
      const after = await lookAgain(crew, hostId);
      crew.marks.observe(crew.access(hostId).summary());
      account.set(entry, 'failed', {
        failure: pruneHung(entry.hostName, sent.failure),
        text: after ? `Since it was sent, ${amountText(difference(before, after))} went from its list.` : null,
      });
      return undefined;
    },
  };

  /** Remembers how the prune left the host: over its limit after one is a sign of trap 4. */
  function returned(entry: Entry, after: Seen | undefined): void {
    const { limitBytes } = crew.access(entry.hostId).summary();
    let held = 0;
    for (const image of after?.cached.values() ?? []) held += image.sizeBytes;
    const overBytes = limitBytes === null || !after ? null : Math.max(0, held - limitBytes);
    const at = entry.sentAt ?? crew.clock.now();
    crew.marks.set({ hostId: entry.hostId, state: 'returned', at, operationId: account.id, overBytes });
  }
}
