import { FindHostsDialog } from '../forms/find-hosts/find-hosts-dialog.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { ClearDialog } from './clear-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DeleteImagesDialog } from './delete-images-dialog.tsx';
import { closeDialog, useOpenDialog } from './dialog-store.ts';
import { LikeDialog } from './like-dialog.tsx';
import { MaintenanceDialog } from './maintenance-dialog.tsx';
import { PrefetchDialog } from './prefetch-dialog.tsx';
import { QueueDialog } from './queue-dialog.tsx';
import { RetryDialog } from './retry-dialog.tsx';
import { UnlockCloud } from './unlock-cloud.tsx';

const none: never[] = [];

/** The action's dialog that is open. */
export function ActionDialogs() {
  const open = useOpenDialog();
  if (!open) return null;
  const { id, request } = open;
  switch (request.kind) {
    case 'queue':
      return <QueueDialog key={id} dialog={id} hostIds={request.hostIds} imageIds={request.imageIds ?? none} />;
    case 'delete':
      return <DeleteDialog key={id} dialog={id} from={request.from} targets={request.targets} />;
    case 'deleteImages':
      return <DeleteImagesDialog key={id} dialog={id} hostIds={request.hostIds} />;
    case 'prefetch':
      return <PrefetchDialog key={id} dialog={id} hostIds={request.hostIds} only={request.only ?? none} />;
    case 'action':
      return <ActionDialog key={id} dialog={id} title={request.title} action={request.action} />;
    case 'like':
      return <LikeDialog key={id} dialog={id} hostId={request.hostId} other={request.other} gives={request.gives} />;
    case 'retry':
      return <RetryDialog key={id} dialog={id} operationId={request.operationId} />;
    case 'findHosts':
      return <FindHostsDialog key={id} cloudId={request.cloudId} onClose={closeDialog} />;
    case 'unlock':
      return <UnlockCloud key={id} cloudId={request.cloudId} />;
    case 'clear':
      return <ClearDialog key={id} dialog={id} hostIds={request.hostIds} chosenFirst={request.chosen} />;
    case 'prune':
    case 'clean':
      return <MaintenanceDialog key={id} dialog={id} kind={request.kind} hostIds={request.hostIds} />;
  }
}
