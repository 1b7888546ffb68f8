import type { CloudSettings } from '../../electron/contract/clouds.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { openDialog } from '../lib/dialog-store.ts';
import { Button } from './button.tsx';
import { Tag } from './tag.tsx';

/** The tags of a cloud that is marked as production or as read-only. */
export function CloudMarks({ cloud }: { cloud: Pick<CloudSettings, 'production' | 'readOnly'> }) {
  return (
    <>
      {cloud.production ? (
        <Tag tone="bad" title="Production: large destructive actions require typing a name.">
          production
        </Tag>
      ) : null}
      {cloud.readOnly ? (
        <Tag tone="warn" title="Read-only: the console blocks all changes on this cloud’s hosts.">
          read-only
        </Tag>
      ) : null}
    </>
  );
}

/** Opens the dialog that asks for the secret of the host's cloud. Renders nothing if the secret is not missing. */
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
