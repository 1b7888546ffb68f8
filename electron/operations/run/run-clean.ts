import type { Account } from '../model/operation-run.ts';
import type { Crew, Runner } from './crew.ts';
import { againOrFailed, send } from './send.ts';
import { onlyIfUndone } from './trouble.ts';

/** Has hosts remove their invalid and stalled files. */
export function cleanRunner(crew: Crew, account: Account): Runner {
  return {
    work: () => 'long',
    async send(entry) {
      const sent = await send(crew, account, entry, (host, _, signal) => host.clean(signal));
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return againOrFailed(crew, account, entry, sent, onlyIfUndone);
      account.set(entry, 'done', { text: 'Cleaned. The host does not tell how many files went.' });
      return undefined;
    },
  };
}
