import { UnlockCloud } from '../features/clouds/unlock-dialog.tsx';
import { FindHostsDialog } from '../features/discovery/find-hosts-dialog.tsx';
import { ClearDialog } from '../features/image-actions/clear-dialog.tsx';
import { DeleteDialog, DeleteImagesDialog } from '../features/image-actions/delete-dialog.tsx';
import { QueueDialog } from '../features/image-actions/queue-dialog.tsx';
import { MaintenanceDialog } from '../features/maintenance/maintenance-dialog.tsx';
import { PrefetchDialog } from '../features/maintenance/prefetch-dialog.tsx';
import { LikeDialog } from '../features/make-like/make-like-dialog.tsx';
import { ActionDialog, RetryDialog } from '../features/operations/dialog/planned-dialog.tsx';
import { closeDialog, type OpenDialog, useOpenDialog } from '../lib/dialog-store.ts';

const none: never[] = [];

/** The dialog that the dialog store has open. */
export function OpenDialogs() {
  const open = useOpenDialog();
  return open ? <RequestedDialog key={open.id} {...open} /> : null;
}

function RequestedDialog({ id, request }: OpenDialog) {
  switch (request.kind) {
    case 'queue':
      return <QueueDialog dialog={id} hostIds={request.hostIds} imageIds={request.imageIds ?? none} />;
    case 'delete':
      return <DeleteDialog dialog={id} from={request.from} targets={request.targets} />;
    case 'deleteImages':
      return <DeleteImagesDialog dialog={id} hostIds={request.hostIds} />;
    case 'prefetch':
      return <PrefetchDialog dialog={id} hostIds={request.hostIds} only={request.only ?? none} />;
    case 'action':
      return <ActionDialog dialog={id} title={request.title} action={request.action} />;
    case 'like':
      return <LikeDialog dialog={id} hostId={request.hostId} other={request.other} gives={request.gives} />;
    case 'retry':
      return <RetryDialog operation={request.operation} />;
    case 'findHosts':
      return <FindHostsDialog cloudId={request.cloudId} onClose={closeDialog} />;
    case 'unlock':
      return <UnlockCloud cloudId={request.cloudId} />;
    case 'clear':
      return <ClearDialog dialog={id} hostIds={request.hostIds} chosenFirst={request.chosen} />;
    case 'prune':
    case 'clean':
      return <MaintenanceDialog dialog={id} kind={request.kind} hostIds={request.hostIds} />;
  }
}
