import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { openDialog } from '../lib/dialog-store.ts';
import { Button } from './button.tsx';

/** On a host that fails because the secret of its cloud is missing: the way to hand it over. Elsewhere nothing. */
export function UnlockButton({ host }: { host: Pick<HostSummary, 'cloudId' | 'state'> }) {
  const cloud = useConsolePart((state) => state.clouds.find(({ id }) => id === host.cloudId));
  if (cloud?.secret !== 'missing' || host.state === 'reachable') return null;
  return (
    <Button
      size="small"
      aria-label={`Unlock ${cloud.name}`}
      onClick={() => openDialog({ kind: 'unlock', cloudId: cloud.id })}
    >
      Unlock…
    </Button>
  );
}
