import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import classes from '../../components/forms/form.module.css';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { focusFirstError, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { SshAccessFields, SshAccessTest } from '../hosts/ssh-access-form.tsx';
import { cloudSshAccess, emptySsh, hostnameOf, sshErrors, sshValues } from '../hosts/ssh-access-values.ts';

type Props = { cloud: Cloud; hosts: readonly HostSummary[]; onClose: () => void };

/** The ssh access to the hosts of a cloud, for all hosts without one of their own. */
export function CloudSshDialog({ cloud, hosts, onClose }: Props) {
  const save = useMutation(queries.clouds.update.mutationOptions({ onSuccess: onClose }));
  const [on, setOn] = useState(cloud.remote !== null);
  const form = useCheckedForm(cloud.remote ? sshValues(cloud.remote) : emptySsh, (values) =>
    sshErrors(values, 'cloud'),
  );
  const first = hosts.find((host) => host.remote === null) ?? hosts[0];
  const { user } = form.values;
  const name = first ? hostnameOf(first.address) : '';
  const destination = user.trim() === '' ? name : `${user.trim()}@${name}`;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (save.isPending) return;
    if (on && form.validate().hasErrors) return focusFirstError(event.currentTarget);
    save.mutate({ id: cloud.id, remote: on ? cloudSshAccess(form.values) : null });
  }

  return (
    <Dialog title={`Remote access of ${cloud.name}`} onClose={onClose} size={600}>
      <form onSubmit={submit} noValidate className={classes.form}>
        <p className="dim">
          Prunes and cleans hosts without an API for it, with Glance’s programs over your ssh (its configuration, keys
          and known hosts). The host variable settings override this.
        </p>
        <div className="choices">
          <label>
            <input type="radio" name="cloud-remote" checked={!on} onChange={() => setOn(false)} />
            Off
          </label>
          <label>
            <input type="radio" name="cloud-remote" checked={on} onChange={() => setOn(true)} />
            Over SSH
          </label>
        </div>
        {on ? (
          <>
            <SshAccessFields form={form} of="cloud" />
            {first ? (
              <SshAccessTest
                key={JSON.stringify(form.values)}
                form={form}
                destination={destination}
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
