import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { useDraft } from '../../components/forms/use-draft.ts';
import {
  cloudRemoteOfDraft,
  draftOfRemote,
  emptyRemoteDraft,
  nameInAddress,
  problemsOfRemote,
  remoteOfDraft,
} from '../hosts/remote-draft.ts';
import { RemoteFields } from '../hosts/remote-fields.tsx';
import { TryRemote } from '../hosts/try-remote.tsx';

type Props = { cloud: Cloud; hosts: readonly HostSummary[]; onClose: () => void };

/** How the programs of all hosts of a cloud are run over ssh, where a host does not say otherwise. */
export function CloudRemoteDialog({ cloud, hosts, onClose }: Props) {
  const save = useMutation(queries.clouds.update.mutationOptions({ onSuccess: onClose }));
  const [on, setOn] = useState(cloud.remote !== null);
  const draft = useDraft(
    cloud.remote ? draftOfRemote(cloud.remote) : emptyRemoteDraft,
    (value) => problemsOfRemote(value, 'cloud'),
    ['user', 'port', 'become', 'prefix', 'configFiles'],
  );
  const first = hosts.find((host) => host.remote === null) ?? hosts[0];
  const { user } = draft.value;
  const name = first ? nameInAddress(first.address) : '';
  const destination = user.trim() === '' ? name : `${user.trim()}@${name}`;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (save.isPending || (on && !draft.ready())) return;
    save.mutate({ id: cloud.id, remote: on ? cloudRemoteOfDraft(draft.value) : null });
  }

  return (
    <Dialog title={`Remote access of ${cloud.name}`} onClose={onClose} size={600}>
      <form onSubmit={submit} noValidate className="form">
        <p className="dim">
          Prunes and cleans hosts whose API cannot, by Glance’s own programs over your own ssh: its configuration, keys
          and known hosts. A host may say otherwise in its own settings.
        </p>
        <div className="choices">
          <label>
            <input type="radio" name="cloud-remote" checked={!on} onChange={() => setOn(false)} />
            Not at all
          </label>
          <label>
            <input type="radio" name="cloud-remote" checked={on} onChange={() => setOn(true)} />
            Over ssh
          </label>
        </div>
        {on ? (
          <>
            <RemoteFields draft={draft} of="cloud" />
            {first ? (
              <TryRemote
                key={JSON.stringify(draft.value)}
                access={() => (draft.ready() ? remoteOfDraft({ ...draft.value, destination }) : undefined)}
                where={first.name}
              />
            ) : null}
          </>
        ) : null}
        <FormFoot error={save.error} back={<Button onClick={onClose}>Cancel</Button>}>
          <Button type="submit" kind="primary" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : 'Save'}
          </Button>
        </FormFoot>
      </form>
    </Dialog>
  );
}
