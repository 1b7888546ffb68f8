import { type FormEvent, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/forms/dialog.tsx';
import { TextField } from '../../components/forms/fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { useDraft } from '../../components/forms/use-draft.ts';
import { useSaveCloud } from './cloud-calls.ts';
import { draftOfCloud, keptSecretOf } from './cloud-draft.ts';
import { CloudForm } from './cloud-form.tsx';
import { LoginCheck } from './login-check.tsx';
import { YamlForm } from './yaml-form.tsx';

/** Changes a cloud, then tries its login with what was changed. */
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
          otherwise={<Button onClick={onClose}>Leave it so</Button>}
        />
      </Dialog>
    );
  return (
    <Dialog title={`Edit ${before.name}`} onClose={onClose} size={shown.source.kind === 'demo' ? 420 : 640}>
      {shown.source.kind === 'typed' ? (
        <CloudForm
          initial={draftOfCloud(shown)}
          cloudId={shown.id}
          kept={keptSecretOf(shown)}
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
  const draft = useDraft(
    { name: cloud.name },
    ({ name }): { name?: string } => {
      if (name.trim() === '') return { name: 'Give it a name.' };
      return name.trim().length > 100 ? { name: 'At most 100 characters.' } : {};
    },
    ['name'],
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    if (save.isPending || !draft.ready()) return;
    save.mutate({ id: cloud.id, name: draft.value.name.trim(), source: cloud.source }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit} noValidate className="form">
      <TextField draft={draft} field="name" label="Name in this console" autoFocus />
      <FormFoot error={save.error} back={<Button onClick={onClose}>Cancel</Button>}>
        <Button type="submit" kind="primary" disabled={save.isPending}>
          Save
        </Button>
      </FormFoot>
    </form>
  );
}
