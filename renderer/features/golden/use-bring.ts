import { useMutation } from '@tanstack/react-query';
import type { GoldenSet } from '../../../electron/contract/golden.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { client } from '../../bridge/client.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { notify, notifyFailure } from '../../lib/notify.ts';

/** Brings hosts up to date with a set: finds out what that means now, and opens the dialog that plans, asks and runs it. */
export function useBring(set: GoldenSet) {
  return useMutation({
    mutationFn: (hostIds: readonly HostId[]) => client.golden.targets({ id: set.id, hostIds: [...hostIds] }),
    onSuccess: (targets) => {
      if (targets.queue.length + targets.delete.length === 0)
        notify('Nothing to do: these hosts are up to date, or their images are on the way.');
      else openDialog({ kind: 'action', title: 'Bring up to date', action: { kind: 'align', ...targets } });
    },
    onError: notifyFailure,
  });
}
