import { type FormEvent, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import formClasses from '../../components/forms/form.module.css';
import { CloudSelect, TextAreaField, TextField } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { type CheckedForm, focusFirstError, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import classes from './host-dialog.module.css';
import { AddressField, defaultPorts, LimitField, NameField } from './host-form-fields.tsx';
import { emptyHost, hostErrors, hostValues, readAddress } from './host-form-values.ts';
import { useSaveHost } from './host-queries.ts';
import { HostTest } from './host-test.tsx';
import { RegionSelect } from './region-select.tsx';
import { SshAccessFields, SshAccessTest } from './ssh-access-form.tsx';
import { emptySsh, hostnameOf, type SshValues, sshAccess, sshErrors, sshValues } from './ssh-access-values.ts';

type Props = {
  clouds: readonly Cloud[];
  hosts: readonly HostSettings[];
  /** The host to edit; undefined to add one. */
  host: HostSettings | undefined;
  onClose: () => void;
};

/** Adds or edits a host. The typed address and ssh access can be tested before they are saved. */
export function HostDialog({ clouds, hosts, host, onClose }: Props) {
  const [cloudId, setCloudId] = useState(host?.cloudId ?? clouds[0]?.id ?? '');
  const save = useSaveHost();
  const taken = (address: string) =>
    hosts.find((other) => other.id !== host?.id && other.cloudId === cloudId && other.address === address)?.name;
  const form = useCheckedForm(host ? hostValues(host) : emptyHost, (values) => hostErrors(values, taken));
  const [ownSsh, setOwnSsh] = useState(host != null && host.remote !== null);
  const ssh = useCheckedForm(
    host?.remote ? sshValues(host.remote) : { ...emptySsh, destination: host ? hostnameOf(host.address) : '' },
    (values) => sshErrors(values, 'host'),
  );
  const address = readAddress(form.values.address, taken);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (save.isPending) return;
    const wrong = [form.validate(), ...(ownSsh ? [ssh.validate()] : [])].some(({ hasErrors }) => hasErrors);
    if (wrong) return focusFirstError(event.currentTarget);
    save.mutate(
      { id: host?.id, cloudId, values: form.values, remote: ownSsh ? sshAccess(ssh.values) : null },
      { onSuccess: onClose },
    );
  }

  return (
    <Dialog title={host ? `Edit ${host.name}` : 'Add host'} onClose={onClose} size={600}>
      <form onSubmit={submit} noValidate className={formClasses.form}>
        {host ? null : (
          <CloudSelect
            stacked
            clouds={clouds}
            cloudId={cloudId}
            onChange={(id) => {
              setCloudId(id);
              form.setFieldValue('region', '');
            }}
          />
        )}
        <RegionSelect
          stacked
          cloudId={cloudId}
          region={form.values.region}
          onChange={(region) => form.setFieldValue('region', region)}
        />
        <AddressField
          form={form}
          reading={address}
          lead="Will be"
          hint={`The address of the host itself, not of a load balancer. ${defaultPorts}`}
        />
        <div className={formClasses.pair}>
          <NameField form={form} reading={address} />
          <LimitField form={form} hint="The host’s image_cache_max_size. Glance does not report it." />
        </div>
        <TextField
          form={form}
          field="labels"
          label="Labels"
          placeholder="lyon, rack 3"
          hint="Separated by commas. Coverage can be grouped by the first label."
          wide
        />
        <TextAreaField form={form} field="note" label="Note" />
        <HostTest
          key={`${cloudId} ${address.kind === 'address' ? address.address : ''}`}
          cloudId={cloudId}
          address={address.kind === 'address' ? address.address : undefined}
        />
        <HostSshAccess cloud={clouds.find((one) => one.id === cloudId)} form={ssh} own={ownSsh} onOwn={setOwnSsh} />
        <FormFoot error={save.error} back={<Button onClick={onClose}>Cancel</Button>}>
          <Button type="submit" kind="primary" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : host ? 'Save' : 'Add host'}
          </Button>
        </FormFoot>
      </form>
    </Dialog>
  );
}

type SshProps = {
  cloud: Cloud | undefined;
  form: CheckedForm<SshValues>;
  /** Whether the host has its own access instead of that of its cloud. */
  own: boolean;
  onOwn: (own: boolean) => void;
};

/** The ssh access to a host: that of its cloud, or its own. */
function HostSshAccess({ cloud, form, own, onOwn }: SshProps) {
  const ofCloud = cloud?.remote ? 'over SSH, as set for the cloud' : 'off';
  return (
    <fieldset className={classes.ssh}>
      <legend>Remote access</legend>
      <p className="dim">
        Prunes and cleans hosts without an API for it, with Glance’s programs over your ssh (its configuration, keys and
        known hosts).
      </p>
      <div className="choices">
        <label>
          <input type="radio" name="remote" checked={!own} onChange={() => onOwn(false)} />
          Use the cloud setting: {ofCloud}
        </label>
        <label>
          <input type="radio" name="remote" checked={own} onChange={() => onOwn(true)} />
          Custom
        </label>
      </div>
      {own ? (
        <>
          <SshAccessFields form={form} of="host" />
          <SshAccessTest
            key={JSON.stringify(form.values)}
            form={form}
            destination={form.values.destination}
            where={form.values.destination.trim()}
          />
        </>
      ) : null}
    </fieldset>
  );
}
