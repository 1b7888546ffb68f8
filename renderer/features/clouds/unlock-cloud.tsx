import { useMutation } from '@tanstack/react-query';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import { useConsolePart } from '../../bridge/live.ts';
import { queries } from '../../bridge/queries.ts';
import { closeDialog } from '../../lib/dialog-store.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { UnlockDialog } from './unlock-dialog.tsx';

/** Asks for the secret of a cloud, then asks its hosts anew. */
export function UnlockCloud({ cloudId }: { cloudId: CloudId }) {
  const cloud = useConsolePart((state) => state.clouds.find(({ id }) => id === cloudId));
  const hosts = useConsolePart((state) => state.hosts);
  const refresh = useMutation(queries.hosts.refresh.mutationOptions({ onError: notifyFailure }));
  if (!cloud) return null;
  const ids = hosts?.filter((host) => host.cloudId === cloudId).map(({ id }) => id) ?? [];
  return <UnlockDialog cloud={cloud} onClose={closeDialog} onUnlocked={() => refresh.mutate({ ids })} />;
}
