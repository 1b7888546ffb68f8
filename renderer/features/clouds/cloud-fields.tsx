import { Checkbox, SegmentedControl } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { useId, useState } from 'react';
import { ChoiceField, SecretField, TextField } from '../../components/forms/fields.tsx';
import { Notice } from '../../components/notice.tsx';
import type { CloudDraft, CloudField } from './cloud-draft.ts';
import { emptyCloudDraft, nameOfDraft, secretName } from './cloud-draft.ts';
import { keptWords, staysWords } from './cloud-words.ts';
import '../../components/forms/forms.css';
import type { Draft } from '../../components/forms/use-draft.ts';

/** The fields as they stand on the page. */
export const cloudFieldOrder: readonly CloudField[] = [
  'authUrl',
  'credentialId',
  'credentialName',
  'username',
  'userDomain',
  'projectName',
  'projectDomain',
  'secret',
  'name',
  'regionName',
  'cacert',
  'cert',
  'key',
];

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

type Props = {
  draft: Draft<CloudDraft>;
  /** Where a secret typed now will be kept; undefined while it is not known. */
  keeps: 'keychain' | 'memory' | undefined;
  /** The console has this cloud's secret already. */
  secretKept: boolean;
};

/** Everything that a typed cloud is made of. */
export function CloudFields({ draft, keeps, secretKept }: Props) {
  const { value } = draft;
  return (
    <div className="form">
      <SegmentedControl
        className="form-kinds"
        aria-label="Way to log in"
        data={kinds}
        value={value.kind}
        onChange={(kind) => draft.set('kind', kind as CloudDraft['kind'])}
        fullWidth
      />
      {value.kind === 'none' ? (
        <p className="dim form-no-login">
          For hosts that ask for no token (Glance’s “noauth” or “unauthenticated-context” pipeline). Requests are sent
          as they are.
        </p>
      ) : (
        <LoginFields draft={draft} keeps={keeps} secretKept={secretKept} />
      )}
      <div className="form-pair">
        <TextField
          draft={draft}
          field="name"
          label="Name in this console"
          placeholder={nameOfDraft({ ...value, name: '' })}
          hint="Any word that tells this cloud from others."
        />
        {value.kind === 'none' ? null : (
          <TextField
            draft={draft}
            field="regionName"
            label="Region"
            placeholder="the only one"
            hint="Needed where the cloud has several."
          />
        )}
      </div>
      <ConnectionFields draft={draft} />
    </div>
  );
}

function LoginFields({ draft, keeps, secretKept }: Props) {
  const { value } = draft;
  const secret = secretName(value.kind) ?? 'Secret';
  const where = secretKept ? staysWords : keptWords;
  return (
    <>
      <TextField
        draft={draft}
        field="authUrl"
        label="Authentication URL"
        placeholder="https://keystone.example.net:5000/v3"
        inputMode="url"
        hint="Keystone’s address: OS_AUTH_URL of an openrc file."
        required
        autoFocus
      />
      {value.kind === 'applicationCredential' ? (
        <CredentialFields draft={draft} />
      ) : (
        <div className="form-pair">
          {value.kind === 'password' ? (
            <>
              <TextField draft={draft} field="username" label="User" required />
              <TextField draft={draft} field="userDomain" label="User’s domain" placeholder="Default" />
            </>
          ) : null}
          <TextField
            draft={draft}
            field="projectName"
            label="Project"
            hint={value.kind === 'token' ? 'Empty: the token’s own project.' : 'Its name or its ID.'}
            required={value.kind === 'password'}
          />
          <TextField draft={draft} field="projectDomain" label="Project’s domain" placeholder="Default" />
        </div>
      )}
      <SecretField
        draft={draft}
        field="secret"
        label={secret}
        {...(secretKept ? { placeholder: '••••••••' } : {})}
        hint={keeps ? where(keeps) : ' '}
      />
    </>
  );
}

function CredentialFields({ draft }: Pick<Props, 'draft'>) {
  const base = useId();
  return (
    <div className="form-pair">
      <ChoiceField
        id={`${base}-by`}
        label="Known by"
        value={draft.value.credentialBy}
        data={[
          { value: 'id', label: 'its ID' },
          { value: 'name', label: 'its name and its user' },
        ]}
        onChange={(by) => draft.set('credentialBy', by as CloudDraft['credentialBy'])}
      />
      {draft.value.credentialBy === 'id' ? (
        <TextField draft={draft} field="credentialId" label="Credential’s ID" required />
      ) : (
        <>
          <TextField draft={draft} field="credentialName" label="Credential’s name" required />
          <TextField draft={draft} field="username" label="User" required />
          <TextField draft={draft} field="userDomain" label="User’s domain" placeholder="Default" />
        </>
      )}
    </div>
  );
}

function ConnectionFields({ draft }: Pick<Props, 'draft'>) {
  const { value } = draft;
  const base = useId();
  const own =
    value.interface !== emptyCloudDraft.interface || !value.verify || Boolean(value.cacert || value.cert || value.key);
  const wrong = Boolean(draft.error('cacert') ?? draft.error('cert') ?? draft.error('key'));
  const [wanted, setWanted] = useState(own);
  const open = wanted || wrong;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button
        type="button"
        className="form-more"
        aria-expanded={open}
        aria-controls={`${base}-more`}
        onClick={() => setWanted(!open)}
      >
        <Chevron size={14} aria-hidden="true" /> Certificates and interface
      </button>
      <div id={`${base}-more`} hidden={!open} className="form-more-body">
        <div className="form-pair">
          <TextField
            draft={draft}
            field="cacert"
            label="CA file"
            placeholder="/etc/ssl/certs/cloud-ca.pem"
            hint="Trusted beside the system’s own."
          />
          <ChoiceField
            id={`${base}-interface`}
            label="Interface"
            value={value.interface}
            data={interfaces}
            hint="Which endpoint of the catalog."
            onChange={(chosen) => draft.set('interface', chosen as CloudDraft['interface'])}
          />
          <TextField draft={draft} field="cert" label="Client certificate" placeholder="/path/client.pem" />
          <TextField draft={draft} field="key" label="Client certificate’s key" placeholder="/path/client.key" />
        </div>
        <Checkbox
          label="Verify the servers’ certificates"
          checked={value.verify}
          onChange={(event) => draft.set('verify', event.currentTarget.checked)}
        />
        {value.verify ? null : (
          <div className="form-warning">
            <Notice tone="warn" live>
              Anyone on the way could read the login and answer in a server’s place. For a certificate of your own, name
              its CA file instead.
            </Notice>
          </div>
        )}
      </div>
    </>
  );
}
