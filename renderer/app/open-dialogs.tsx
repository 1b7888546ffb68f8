import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { Action } from '../../electron/contract/operations.ts';
import { UnlockCloud } from '../features/clouds/unlock-dialog.tsx';
import { FindHostsDialog } from '../features/discovery/find-hosts-dialog.tsx';
import { ClearDialog } from '../features/image-actions/clear-dialog.tsx';
import { DeleteDialog, DeleteImagesDialog } from '../features/image-actions/delete-dialog.tsx';
import { QueueDialog } from '../features/image-actions/queue-dialog.tsx';
import { MaintenanceDialog } from '../features/maintenance/maintenance-dialog.tsx';
import { PrefetchDialog } from '../features/maintenance/prefetch-dialog.tsx';
import { LikeDialog } from '../features/make-like/make-like-dialog.tsx';
import { ActionDialog, RetryDialog } from '../features/operations/dialog/planned-dialog.tsx';
import { ScheduleDialog } from '../features/schedules/page/schedule-dialogs.tsx';
import { closeDialog, type OpenDialog, useOpenDialog } from '../lib/dialog-store.ts';

const none: never[] = [];

/** The dialog that the dialog store has open. */
export function OpenDialogs() {
  const open = useOpenDialog();
  return open ? <RequestedDialog key={open.id} {...open} /> : null;
}

function RequestedDialog({ id, request }: OpenDialog) {
  useCloseOnNavigation();
  switch (request.kind) {
    case 'queue':
      return <QueueDialog dialog={id} {...hostsOf(request)} imageIds={request.imageIds ?? none} />;
    case 'delete':
      return <DeleteDialog dialog={id} from={request.from} targets={request.targets} />;
    case 'deleteImages':
      return <DeleteImagesDialog dialog={id} {...hostsOf(request)} />;
    case 'prefetch':
      return <PrefetchDialog dialog={id} {...hostsOf(request)} only={request.only ?? none} />;
    case 'action':
      return <ActionDialog dialog={id} action={request.action} />;
    case 'like':
      return <LikeDialog dialog={id} hostId={request.hostId} other={request.other} gives={request.gives} />;
    case 'retry':
      return (
        <RetryDialog
          operation={request.operation}
          wholeHosts={(action) => <AgainDialog dialog={id} action={action} />}
        />
      );
    case 'findHosts':
      return <FindHostsDialog cloudId={request.cloudId} onClose={closeDialog} />;
    case 'schedule':
      return <ScheduleDialog request={request.schedule} />;
    case 'unlock':
      return <UnlockCloud cloudId={request.cloudId} />;
    case 'clear':
      return <ClearDialog dialog={id} whatFirst={request.what} {...hostsOf(request)} />;
    case 'prune':
    case 'clean':
      return <MaintenanceDialog dialog={id} kind={request.kind} {...hostsOf(request)} />;
  }
}

/** The hosts of a request, in the form that the dialogs use. */
function hostsOf({ hostIds, chosen }: { hostIds: readonly HostId[]; chosen?: readonly HostId[] }) {
  return { hostIds, chosenFirst: chosen };
}

/** The dialog that plans whole hosts again that failed in an operation. */
function AgainDialog({ dialog, action }: { dialog: number; action: Action }) {
  switch (action.kind) {
    case 'clear':
      return <ClearDialog dialog={dialog} hostIds={action.hostIds} again={action.what} />;
    case 'prune':
    case 'clean':
      return (
        <MaintenanceDialog dialog={dialog} kind={action.kind} hostIds={action.hostIds} again={action.methods ?? {}} />
      );
    default:
      return null;
  }
}

/** Closes the dialog when another page is shown below it: it would be about hosts and images of the page before. */
function useCloseOnNavigation(): void {
  const [place] = useLocation();
  const page = place.split('?')[0];
  const [opened] = useState(page);
  useEffect(() => {
    if (page !== opened) closeDialog();
  }, [page, opened]);
  useEffect(() => {
    // Back and Forward, also within the page: to another tab, or to another filter.
    window.addEventListener('popstate', closeDialog);
    return () => window.removeEventListener('popstate', closeDialog);
  }, []);
}
