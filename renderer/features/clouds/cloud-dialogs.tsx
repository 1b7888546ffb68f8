import { Tabs } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ConfirmRemoval } from '../../components/forms/confirm-removal.tsx';
import classes from '../../components/forms/form.module.css';
import { TextField } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { submitChecked, useCheckedForm } from '../../components/forms/use-checked-form.ts';
import { settingsSectionPath } from '../../lib/routes.ts';
import { CloudFilePicker } from './cloud-file-picker.tsx';
import { CloudForm } from './cloud-form.tsx';
import { type CloudValues, cloudValues, emptyCloud, storedSecretOf } from './cloud-form-values.ts';
import { useSaveCloud } from './cloud-queries.ts';
import { YamlForm } from './clouds-yaml-form.tsx';
import { LoginCheck } from './login-check.tsx';

type Way = 'yaml' | 'type' | 'demo';
const ways: { value: Way; label: string }[] = [
  { value: 'yaml', label: 'From clouds.yaml' },
  { value: 'type', label: 'Enter manually' },
  { value: 'demo', label: 'Demo cloud' },
];

/** Adds a cloud in one of three ways, then tests its login. Going back from the test edits the added cloud. */
export function AddCloudDialog({ onClose }: { onClose: () => void }) {
  const [, go] = useLocation();
  const [way, setWay] = useState<Way>('yaml');
  const [draft, setDraft] = useState<CloudValues>(emptyCloud);
  const [added, setAdded] = useState<Cloud>();
  const [checking, setChecking] = useState(false);
  // The added cloud can be edited, but it cannot become the demo cloud.
  const shown = added ? ways.filter(({ value }) => value !== 'demo') : ways;
  const cancel = <Button onClick={onClose}>{added ? 'Close' : 'Cancel'}</Button>;
  const saved = (cloud: Cloud) => {
    setAdded(cloud);
    setChecking(true);
  };

  if (checking && added)
    return (
      <Dialog title={`Log in to ${added.name}`} onClose={onClose}>
        <LoginCheck
          cloud={added}
          goOnLabel="Add hosts…"
          onGoOn={() => {
            onClose();
            go(settingsSectionPath('hosts'));
          }}
          backLabel="Back"
          onBack={() => setChecking(false)}
          otherwise={<Button onClick={onClose}>Keep anyway</Button>}
        />
      </Dialog>
    );
  return (
    <Dialog title="Add cloud" onClose={onClose}>
      <Tabs
        value={way}
        onChange={(chosen) => setWay(shown.find(({ value }) => value === chosen)?.value ?? 'yaml')}
        keepMounted={false}
      >
        <Tabs.List aria-label="Source">
          {shown.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="yaml">
          <YamlForm
            cloud={added}
            submitLabel="Log in"
            back={cancel}
            onSaved={saved}
            otherwise={
              <CloudFilePicker
                onManual={() => setWay('type')}
                onChosen={(values) => {
                  setDraft(values);
                  setWay('type');
                }}
              />
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="type">
          <CloudForm
            initial={draft}
            cloudId={added?.id}
            stored={storedSecretOf(added)}
            submitLabel="Log in"
            back={() => cancel}
            onSaved={(cloud, sent) => {
              setDraft(sent);
              saved(cloud);
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="demo">
          <DemoForm onClose={onClose} />
        </Tabs.Panel>
      </Tabs>
    </Dialog>
  );
}

function DemoForm({ onClose }: { onClose: () => void }) {
  const demo = useMutation({ mutationFn: () => client.clouds.openDemo({}), onSuccess: onClose });
  return (
    <div className={classes.stack}>
      <p className="dim">
        A simulated Keystone with simulated glance-api hosts inside this console, for trying things out. Nothing leaves
        this computer. Its hosts are added with it.
      </p>
      <FormFoot error={demo.error} back={<Button onClick={onClose}>Cancel</Button>}>
        <Button kind="primary" disabled={demo.isPending} onClick={() => demo.mutate()}>
          {demo.isPending ? 'Starting…' : 'Open the demo cloud'}
        </Button>
      </FormFoot>
    </div>
  );
}

/** Edits a cloud, then tests its login. */
export function EditCloudDialog({ cloud, onClose }: { cloud: Cloud; onClose: () => void }) {
  const [before] = useState(cloud);
  const [saved, setSaved] = useState<Cloud>();
  const [checking, setChecking] = useState(false);
  const shown = saved ?? before;
  const cancel = <Button onClick={onClose}>{saved ? 'Close' : 'Cancel'}</Button>;
  const check = (changed: Cloud) => {
    setSaved(changed);
    setChecking(true);
  };

  if (checking)
    return (
      <Dialog title={`Log in to ${shown.name}`} onClose={onClose}>
        <LoginCheck
          cloud={shown}
          goOnLabel="Done"
          onGoOn={onClose}
          backLabel="Back"
          onBack={() => setChecking(false)}
          otherwise={<Button onClick={onClose}>Keep anyway</Button>}
        />
      </Dialog>
    );
  return (
    <Dialog title={`Edit ${before.name}`} onClose={onClose} size={shown.source.kind === 'demo' ? 420 : 640}>
      {shown.source.kind === 'typed' ? (
        <CloudForm
          initial={cloudValues(shown)}
          cloudId={shown.id}
          stored={storedSecretOf(shown)}
          submitLabel="Save and log in"
          back={() => cancel}
          onSaved={check}
        />
      ) : null}
      {shown.source.kind === 'cloudsYaml' ? (
        <YamlForm cloud={shown} submitLabel="Save and log in" back={cancel} onSaved={check} />
      ) : null}
      {shown.source.kind === 'demo' ? <NameForm cloud={shown} onClose={onClose} /> : null}
    </Dialog>
  );
}

function NameForm({ cloud, onClose }: { cloud: Cloud; onClose: () => void }) {
  const save = useSaveCloud();
  const form = useCheckedForm({ name: cloud.name }, ({ name }) => {
    if (name.trim() === '') return { name: 'Enter a name.' };
    return name.trim().length > 100 ? { name: 'At most 100 characters.' } : {};
  });
  const submit = submitChecked(form, ({ name }) => {
    if (!save.isPending) save.mutate({ id: cloud.id, name: name.trim(), source: cloud.source }, { onSuccess: onClose });
  });
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <TextField form={form} field="name" label="Display name" autoFocus />
      <FormFoot error={save.error} back={<Button onClick={onClose}>Cancel</Button>}>
        <Button type="submit" kind="primary" disabled={save.isPending}>
          Save
        </Button>
      </FormFoot>
    </form>
  );
}

type Props = { cloud: Cloud; hosts: readonly HostSummary[]; onClose: () => void };

/** Lists what is removed together with a cloud, and asks once. */
export function RemoveCloudDialog({ cloud, hosts, onClose }: Props) {
  const remove = useMutation(
    queries.clouds.remove.mutationOptions({
      onSuccess: onClose,
    }),
  );
  const named = hosts.slice(0, 6).map(({ name }) => name);
  const more = hosts.length - named.length;
  return (
    <ConfirmRemoval
      title={`Remove ${cloud.name}`}
      action="Remove cloud"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ id: cloud.id })}
      onClose={onClose}
    >
      <p>This is removed from the console:</p>
      <ul className={classes.list}>
        <li>the cloud {cloud.name}</li>
        {hosts.length > 0 ? (
          <li>
            its {plural(hosts.length, 'host')}: {named.join(', ')}
            {more > 0 ? ` and ${more} more` : ''}
          </li>
        ) : null}
        {cloud.secret === 'keychain' ? <li>its secret, from the keychain of this computer</li> : null}
        {cloud.secret === 'memory' ? <li>its secret, from memory</li> : null}
      </ul>
      <p className="dim">
        {cloud.source.kind === 'demo'
          ? 'The demo cloud can be opened again at any time.'
          : `The hosts do not change: their caches and queues are kept.${
              cloud.source.kind === 'cloudsYaml' ? ' clouds.yaml is not changed.' : ''
            }`}
      </p>
    </ConfirmRemoval>
  );
}
