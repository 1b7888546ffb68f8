import { Tabs } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { sectionPath } from '../settings/section.ts';
import { type CloudDraft, emptyCloudDraft, keptSecretOf } from './cloud-draft.ts';
import { CloudForm } from './cloud-form.tsx';
import { LoginCheck } from './login-check.tsx';
import { YamlForm } from './yaml-form.tsx';

type Way = 'yaml' | 'type' | 'demo';
const ways: { value: Way; label: string }[] = [
  { value: 'yaml', label: 'From clouds.yaml' },
  { value: 'type', label: 'Type one in' },
  { value: 'demo', label: 'Demo cloud' },
];

/** Adds a cloud in one of the three ways, then tries its login. Going back from there changes what was added. */
export function AddCloudDialog({ onClose }: { onClose: () => void }) {
  const [, go] = useLocation();
  const [way, setWay] = useState<Way>('yaml');
  const [draft, setDraft] = useState<CloudDraft>(emptyCloudDraft);
  const [added, setAdded] = useState<Cloud>();
  const [checking, setChecking] = useState(false);
  // What was added is changed by going back; it cannot become the demo cloud, which is one of its own.
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
            go(sectionPath('hosts'));
          }}
          backLabel="Back"
          onBack={() => setChecking(false)}
          otherwise={<Button onClick={onClose}>Leave it so</Button>}
        />
      </Dialog>
    );
  return (
    <Dialog title="Add cloud" onClose={onClose}>
      <Tabs
        className="plain-tabs"
        value={way}
        onChange={(chosen) => setWay(shown.find(({ value }) => value === chosen)?.value ?? 'yaml')}
        keepMounted={false}
      >
        <Tabs.List aria-label="Way to a cloud">
          {shown.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="yaml">
          <YamlForm cloud={added} submitLabel="Log in" back={cancel} onSaved={saved} />
        </Tabs.Panel>
        <Tabs.Panel value="type">
          <CloudForm
            initial={draft}
            cloudId={added?.id}
            kept={keptSecretOf(added)}
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
    <div className="form-verdict">
      <p className="dim">
        A simulated Keystone and simulated glance-api hosts inside this console: to look around, to practise, to show.
        Nothing leaves this computer. Its hosts come with it.
      </p>
      <FormFoot error={demo.error} back={<Button onClick={onClose}>Cancel</Button>}>
        <Button kind="primary" disabled={demo.isPending} onClick={() => demo.mutate()}>
          {demo.isPending ? 'Starting…' : 'Open the demo cloud'}
        </Button>
      </FormFoot>
    </div>
  );
}
