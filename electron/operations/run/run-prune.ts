import type { HostSummary } from '../../contract/fleet.ts';
import { formatSize } from '../../contract/units.ts';
import { type ImageIndex, indexImages } from '../model/image-index.ts';
import type { Account } from '../model/operation-run.ts';
import { amountText, hungPrune, pruneHung } from '../model/operation-texts.ts';
import type { Crew, Runner } from './crew.ts';
import { tryRelist } from './look-again.ts';
import { difference, differs } from './run-over-ssh.ts';
import { againOrFailed, send } from './send.ts';
import { onlyIfUndone } from './trouble.ts';

/** Has hosts prune themselves. Never twice on a host on which one may be running: docs/glance-cache-api.md, trap 4. */
export function pruneRunner(crew: Crew, account: Account): Runner {
  return {
    work: () => 'long',
    async send(entry) {
      const { hostId } = entry;
      const access = crew.access(hostId);
      const { state } = access;
      const running = state.runningPrune;
      if (running) {
        account.set(entry, 'refused', { text: hungPrune(entry.hostName, running, crew.clock.now()) });
        return undefined;
      }
      if (state.programs.has('pruner')) {
        account.set(entry, 'refused', { text: `Its own pruner is running on ${entry.hostName} at this moment.` });
        return undefined;
      }
      // Before anything is waited for, so that no other operation sends one meanwhile.
      const prune = state.pruneStarted(account.id);
      const before = (await tryRelist(crew, hostId)) ?? indexImages(access.images());
      const sent = await send(crew, account, entry, (host, _, signal) => host.prune(signal));
      if (sent === 'stopped') {
        if (entry.state === 'waiting') state.pruneOver();
        return undefined;
      }
      access.report({ kind: 'pruned' });
      if ('answer' in sent) {
        // Over its limit after a prune is a sign of trap 4.
        const overBytes = overLimit(access.summary(), await tryRelist(crew, hostId));
        state.pruneReturned(prune, overBytes);
        const still = overBytes ? ` It is ${formatSize(overBytes)} over its stated limit still.` : '';
        account.set(entry, 'done', {
          text: [`The host says that it removed ${amountText(sent.answer)}.${still}`, differs(entry, sent.answer)]
            .join(' ')
            .trim(),
          actual: sent.answer,
        });
        return undefined;
      }
      if (sent.trouble !== 'lost') {
        state.pruneOver();
        return againOrFailed(crew, account, entry, sent, onlyIfUndone);
      }
      state.pruneUnanswered(prune);
      const after = await tryRelist(crew, hostId);
      account.set(entry, 'failed', {
        failure: pruneHung(entry.hostName, sent.failure),
        text: after ? `Since it was sent, ${amountText(difference(before, after))} went from its list.` : null,
      });
      return undefined;
    },
  };
}

/** Bytes that a host has over its stated limit; null where the limit is not stated, or it does not list its images. */
function overLimit({ limitBytes }: Pick<HostSummary, 'limitBytes'>, seen: ImageIndex | undefined): number | null {
  if (limitBytes === null || !seen) return null;
  let held = 0;
  for (const image of seen.cached.values()) held += image.sizeBytes;
  return Math.max(0, held - limitBytes);
}
