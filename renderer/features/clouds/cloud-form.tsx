import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { Button } from '../../components/button.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import { useAbout, useSaveCloud } from './cloud-calls.ts';
import {
  type CloudDraft,
  type KeptSecret,
  nameOfDraft,
  problemsOfDraft,
  secretStays,
  sourceOfDraft,
} from './cloud-draft.ts';
import { CloudFields, cloudFieldOrder } from './cloud-fields.tsx';
import '../../components/forms/forms.css';
import { useDraft } from '../../components/forms/use-draft.ts';

type Props = {
  initial: CloudDraft;
  /** The cloud to change; undefined to add one. */
  cloudId: string | undefined;
  /** The secret that the console has already: left empty it stays, as long as it is for the same. */
  kept: KeptSecret | undefined;
  submitLabel: string;
  /** The draft as it was sent, so that a way back finds it as it was left. */
  onSaved: (cloud: Cloud, draft: CloudDraft) => void;
  /** A button for the way back, given what is typed so far. */
  back: (draft: CloudDraft) => ReactNode;
};

/** A cloud typed in by hand. */
export function CloudForm({ initial, cloudId, kept, submitLabel, onSaved, back }: Props) {
  const about = useAbout();
  const save = useSaveCloud();
  const draft = useDraft(initial, (value) => problemsOfDraft(value, secretStays(value, kept)), cloudFieldOrder);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (save.isPending || !draft.ready()) return;
    const { value } = draft;
    save.mutate(
      {
        id: cloudId,
        name: nameOfDraft(value) || 'Cloud',
        source: sourceOfDraft(value),
        ...(value.kind !== 'none' && value.secret !== '' ? { secret: value.secret } : {}),
      },
      { onSuccess: (cloud) => (alive.current ? onSaved(cloud, value) : undefined) },
    );
  }

  return (
    <form onSubmit={submit} noValidate className="form">
      <CloudFields draft={draft} keeps={about.data?.secrets} secretKept={secretStays(draft.value, kept)} />
      <FormFoot error={save.error} back={back(draft.value)}>
        <Button type="submit" kind="primary" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : draft.value.kind === 'none' ? 'Save' : submitLabel}
        </Button>
      </FormFoot>
    </form>
  );
}
