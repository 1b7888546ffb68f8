import { Checkbox, SegmentedControl } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { type ReactNode, useId, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import formClasses from '../../components/forms/form.module.css';
import { ChoiceField, SecretField, TextField } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { type CheckedForm, submitChecked, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { Notice } from '../../components/notice.tsx';
import classes from './cloud-form.module.css';
import {
  type CloudValues,
  canReuseSecret,
  cloudErrors,
  cloudNameOf,
  cloudSourceOf,
  emptyCloud,
  type StoredSecret,
  secretName,
} from './cloud-form-values.ts';
import { secretStorageHint, storedSecretHint } from './cloud-labels.ts';
import { useAbout, useSaveCloud } from './cloud-queries.ts';

type Props = {
  initial: CloudValues;
  /** The cloud to change; undefined to add one. */
  cloudId: string | undefined;
  /** The secret that the console already has. It stays where the field is empty, as long as it can be reused. */
  stored: StoredSecret | undefined;
  submitLabel: string;
  /** Receives the submitted values too, so that going back restores them. */
  onSaved: (cloud: Cloud, values: CloudValues) => void;
  /** The button that leads back; it receives the values typed so far. */
  back: (values: CloudValues) => ReactNode;
};

/** The form of a cloud with its own login and connection, as opposed to one of clouds.yaml. */
export function CloudForm({ initial, cloudId, stored, submitLabel, onSaved, back }: Props) {
  const about = useAbout();
  const save = useSaveCloud();
  const form = useCheckedForm(initial, (values) => cloudErrors(values, canReuseSecret(values, stored)));
  const { values } = form;
  const submit = submitChecked(form, (sent) => {
    if (save.isPending) return;
    save.mutate(
      {
        id: cloudId,
        name: cloudNameOf(sent) || 'Cloud',
        source: cloudSourceOf(sent),
        ...(sent.kind !== 'none' && sent.secret !== '' ? { secret: sent.secret } : {}),
      },
      { onSuccess: (cloud) => onSaved(cloud, sent) },
    );
  });

  return (
    <form onSubmit={submit} noValidate className={formClasses.form}>
      <CloudFields form={form} storage={about.data?.secrets} secretStored={canReuseSecret(values, stored)} />
      <FormFoot error={save.error} back={back(values)}>
        <Button type="submit" kind="primary" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : values.kind === 'none' ? 'Save' : submitLabel}
        </Button>
      </FormFoot>
    </form>
  );
}

const kinds = [
  { value: 'password', label: 'Password' },
  { value: 'applicationCredential', label: 'Application credential' },
  { value: 'token', label: 'Token' },
  { value: 'none', label: 'No login' },
];

const interfaces = [
  { value: 'public', label: 'public' },
  { value: 'internal', label: 'internal' },
  { value: 'admin', label: 'admin' },
];

type FieldsProps = {
  form: CheckedForm<CloudValues>;
  /** Where the console stores a secret typed now; undefined while it is not known. */
  storage: 'keychain' | 'memory' | undefined;
  /** Whether the console already has a secret for this login. */
  secretStored: boolean;
};

function CloudFields({ form, storage, secretStored }: FieldsProps) {
  const { values } = form;
  return (
    <div className={formClasses.form}>
      <SegmentedControl
        className={classes.kinds}
        aria-label="Login method"
        data={kinds}
        value={values.kind}
        onChange={(kind) => form.setFieldValue('kind', kind as CloudValues['kind'])}
        fullWidth
      />
      {values.kind === 'none' ? (
        <p className={`dim ${classes.noLogin}`}>
          For hosts that require no token (Glance’s “noauth” or “unauthenticated-context” pipeline). Requests are sent
          without a token.
        </p>
      ) : (
        <LoginFields form={form} storage={storage} secretStored={secretStored} />
      )}
      <div className={formClasses.pair}>
        <TextField
          form={form}
          field="name"
          label="Display name"
          placeholder={cloudNameOf({ ...values, name: '' })}
          hint="Identifies this cloud in the console."
        />
        {values.kind === 'none' ? null : (
          <TextField
            form={form}
            field="regionName"
            label="Region"
            placeholder="default"
            hint="Required if the cloud has several regions."
          />
        )}
      </div>
      <ConnectionFields form={form} />
    </div>
  );
}

function LoginFields({ form, storage, secretStored }: FieldsProps) {
  const { values } = form;
  const secret = secretName(values.kind) ?? 'Secret';
  const hintOf = secretStored ? storedSecretHint : secretStorageHint;
  return (
    <>
      <TextField
        form={form}
        field="authUrl"
        label="Authentication URL"
        placeholder="https://keystone.example.net:5000/v3"
        inputMode="url"
        hint="The Keystone URL: OS_AUTH_URL in an openrc file."
        required
        autoFocus
      />
      {values.kind === 'applicationCredential' ? (
        <CredentialFields form={form} />
      ) : (
        <div className={formClasses.pair}>
          {values.kind === 'password' ? (
            <>
              <TextField form={form} field="username" label="User" required />
              <TextField form={form} field="userDomain" label="User’s domain" placeholder="Default" />
            </>
          ) : null}
          <TextField
            form={form}
            field="projectName"
            label="Project"
            hint={values.kind === 'token' ? 'Leave empty to use the token’s project.' : 'Its name or its ID.'}
            required={values.kind === 'password'}
          />
          <TextField form={form} field="projectDomain" label="Project’s domain" placeholder="Default" />
        </div>
      )}
      <SecretField
        form={form}
        field="secret"
        label={secret}
        {...(secretStored ? { placeholder: '••••••••' } : {})}
        hint={storage ? hintOf(storage) : ' '}
      />
    </>
  );
}

function CredentialFields({ form }: Pick<FieldsProps, 'form'>) {
  return (
    <div className={formClasses.pair}>
      <ChoiceField
        label="Known by"
        data={[
          { value: 'id', label: 'its ID' },
          { value: 'name', label: 'its name and its user' },
        ]}
        {...form.getInputProps('credentialBy')}
      />
      {form.values.credentialBy === 'id' ? (
        <TextField form={form} field="credentialId" label="Credential’s ID" required />
      ) : (
        <>
          <TextField form={form} field="credentialName" label="Credential’s name" required />
          <TextField form={form} field="username" label="User" required />
          <TextField form={form} field="userDomain" label="User’s domain" placeholder="Default" />
        </>
      )}
    </div>
  );
}

function ConnectionFields({ form }: Pick<FieldsProps, 'form'>) {
  const { values } = form;
  const base = useId();
  const changed =
    values.interface !== emptyCloud.interface || !values.verify || Boolean(values.cacert || values.cert || values.key);
  const [wanted, setWanted] = useState(changed);
  const open = wanted || Boolean(form.errors['cert'] ?? form.errors['key']);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button
        type="button"
        className={classes.more}
        aria-expanded={open}
        aria-controls={`${base}-more`}
        onClick={() => setWanted(!open)}
      >
        <Chevron size={14} aria-hidden="true" /> Certificates and interface
      </button>
      <div id={`${base}-more`} hidden={!open} className={classes.moreBody}>
        <div className={formClasses.pair}>
          <TextField
            form={form}
            field="cacert"
            label="CA file"
            placeholder="/etc/ssl/certs/cloud-ca.pem"
            hint="Used in addition to the system’s CAs."
          />
          <ChoiceField
            label="Interface"
            data={interfaces}
            hint="Endpoint interface in the service catalog."
            {...form.getInputProps('interface')}
          />
          <TextField form={form} field="cert" label="Client certificate" placeholder="/path/client.pem" />
          <TextField form={form} field="key" label="Client key" placeholder="/path/client.key" />
        </div>
        <Checkbox label="Verify the servers’ certificates" {...form.getInputProps('verify', { type: 'checkbox' })} />
        {values.verify ? null : (
          <div className={classes.warning}>
            <Notice tone="warn" live>
              Without verification, others on the network can read the login and impersonate the servers. For a private
              CA, set its CA file instead.
            </Notice>
          </div>
        )}
      </div>
    </>
  );
}
