import { type FormEvent, useId, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { NoteField, TextField } from '../../components/forms/fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { useDraft } from '../../components/forms/use-draft.ts';
import { CloudChoice } from '../clouds/cloud-choice.tsx';
import { useSaveHost } from './host-calls.ts';
import { draftOfHost, emptyHostDraft, problemsOfHost, readAddress } from './host-draft.ts';
import { AddressField, LimitField, NameField } from './host-fields.tsx';
import { HostRemote } from './host-remote.tsx';
import { draftOfRemote, emptyRemoteDraft, nameInAddress, problemsOfRemote, remoteOfDraft } from './remote-draft.ts';
import { TryHost } from './try-host.tsx';

type Props = {
  clouds: readonly Cloud[];
  hosts: readonly HostSettings[];
  /** The host to change; undefined to add one. */
  host: HostSettings | undefined;
  onClose: () => void;
};

/** Adds or changes a host; on the way it can be tried as it is typed. */
export function HostDialog({ clouds, hosts, host, onClose }: Props) {
  const id = useId();
  const [cloudId, setCloudId] = useState(host?.cloudId ?? clouds[0]?.id ?? '');
  const save = useSaveHost();
  const taken = (address: string) =>
    hosts.find((other) => other.id !== host?.id && other.cloudId === cloudId && other.address === address)?.name;
  const draft = useDraft(host ? draftOfHost(host) : emptyHostDraft, (value) => problemsOfHost(value, taken), [
    'address',
    'name',
    'limit',
    'note',
    'labels',
  ]);
  const [ownRemote, setOwnRemote] = useState(host != null && host.remote !== null);
  const remote = useDraft(
    host?.remote
      ? draftOfRemote(host.remote)
      : { ...emptyRemoteDraft, destination: host ? nameInAddress(host.address) : '' },
    (value) => problemsOfRemote(value, 'host'),
    ['destination', 'port', 'become', 'prefix', 'configFiles'],
  );
  const address = readAddress(draft.value.address, taken);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (save.isPending || !draft.ready() || (ownRemote && !remote.ready())) return;
    save.mutate(
      { id: host?.id, cloudId, draft: draft.value, remote: ownRemote ? remoteOfDraft(remote.value) : null },
      {
        onSuccess: onClose,
      },
    );
  }

  return (
    <Dialog title={host ? `Edit ${host.name}` : 'Add host'} onClose={onClose} size={600}>
      <form onSubmit={submit} noValidate className="form">
        {host ? null : <CloudChoice id={`${id}-cloud`} clouds={clouds} value={cloudId} onChange={setCloudId} />}
        <AddressField
          draft={draft}
          reading={address}
          lead="Will be"
          hint="The host’s own, not a load balancer’s. Port 9292 where you give none."
        />
        <div className="form-pair">
          <NameField draft={draft} reading={address} />
          <LimitField draft={draft} hint="Its image_cache_max_size; Glance does not tell it." />
        </div>
        <TextField
          draft={draft}
          field="labels"
          label="Labels"
          placeholder="lyon, rack 3"
          hint="Separated by commas. The coverage can be grouped by the first of them."
          wide
        />
        <NoteField draft={draft} field="note" label="Note" />
        <TryHost
          key={`${cloudId} ${address.kind === 'address' ? address.address : ''}`}
          cloudId={cloudId}
          address={address.kind === 'address' ? address.address : undefined}
        />
        <HostRemote
          cloud={clouds.find((one) => one.id === cloudId)}
          draft={remote}
          own={ownRemote}
          onOwn={setOwnRemote}
        />
        <FormFoot error={save.error} back={<Button onClick={onClose}>Cancel</Button>}>
          <Button type="submit" kind="primary" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : host ? 'Save' : 'Add host'}
          </Button>
        </FormFoot>
      </form>
    </Dialog>
  );
}
