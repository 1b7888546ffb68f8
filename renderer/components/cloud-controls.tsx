import type { Cloud, CloudId, CloudSettings } from '../../electron/contract/clouds.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { openDialog } from '../lib/dialog-store.ts';
import { Button } from './button.tsx';
import { ChoiceField } from './forms/form-fields.tsx';
import { Tag } from './tag.tsx';

type Props = {
  clouds: readonly Cloud[];
  cloudId: CloudId;
  /** Puts the label above the select, as in a form. */
  stacked?: boolean;
  onChange: (id: CloudId) => void;
};

/** Chooses a cloud. Renders nothing where there is only one. */
export function CloudSelect({ clouds, cloudId, stacked, onChange }: Props) {
  if (clouds.length <= 1) return null;
  return (
    <ChoiceField
      label="Cloud"
      inline={!stacked}
      value={cloudId}
      data={clouds.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The tags of a cloud that is marked as production or as read-only. */
export function CloudMarks({ cloud }: { cloud: Pick<CloudSettings, 'production' | 'readOnly'> }) {
  return (
    <>
      {cloud.production ? (
        <Tag tone="bad" title="Marked as production: what destroys much asks for a name to be typed.">
          production
        </Tag>
      ) : null}
      {cloud.readOnly ? (
        <Tag tone="warn" title="Nothing that changes a host of this cloud is sent from this console.">
          read-only
        </Tag>
      ) : null}
    </>
  );
}

/** Opens the dialog that asks for the secret of the host's cloud. Renders nothing where the secret is not missing. */
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
