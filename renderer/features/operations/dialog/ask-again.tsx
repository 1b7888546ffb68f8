import { useMutation } from '@tanstack/react-query';
import type { Plan } from '../../../../electron/contract/operations.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { notifyFailure } from '../../../lib/notify.ts';

/** A plan rests on what the hosts last said. Where it leaves some out: asks those now, and plans again. */
export function AskAgain({ plan, again }: { plan: Plan; again: () => void }) {
  const refresh = useMutation(queries.hosts.refresh.mutationOptions({ onError: notifyFailure, onSettled: again }));
  const ids = [
    ...new Set(plan.targets.filter(({ verdict }) => verdict === 'refused').map(({ hostId }) => hostId)),
  ].slice(0, 1_000);
  if (ids.length === 0) return null;
  return (
    <Button
      className="btn-small"
      disabled={refresh.isPending}
      title="Polls the hosts that are left out, then plans again"
      onClick={() => refresh.mutate({ ids })}
    >
      {refresh.isPending ? 'Asking…' : ids.length === 1 ? 'Ask the host again' : 'Ask the hosts again'}
    </Button>
  );
}
