import { Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useId, useMemo, useState } from 'react';
import type { ScheduleDraft } from '../../../../electron/contract/schedules.ts';
import { useConsolePart } from '../../../bridge/console-state.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import editorClasses from '../../../components/forms/editor.module.css';
import formClasses from '../../../components/forms/form.module.css';
import { TypedName } from '../../../components/forms/typed-name.tsx';
import { Notice } from '../../../components/notice.tsx';
import { notify } from '../../../lib/notify.ts';
import { useSaveSchedule } from '../schedule-queries.ts';
import { ScheduleActionFields } from './schedule-action-fields.tsx';
import classes from './schedule-editor.module.css';
import { draftOf, formOf, formProblem, removesImages, type ScheduleForm } from './schedule-form.ts';
import { SchedulePreviewPane, useSchedulePreview } from './schedule-preview.tsx';
import { BlackoutFields, ScheduleSafetyFields } from './schedule-safety-fields.tsx';
import { ScheduleTargetFields } from './schedule-target-fields.tsx';
import { ScheduleTriggerFields } from './schedule-trigger-fields.tsx';

const none: never[] = [];

type Props = { draft: ScheduleDraft; onClose: () => void };

/** The dialog that edits a schedule, with a preview of its runs beside the form. A draft without an id is a new one. */
export function ScheduleEditor({ draft: initial, onClose }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [initialValues] = useState(() => formOf(initial, (id) => hosts.some((host) => host.id === id)));
  const form = useForm<ScheduleForm>({ initialValues });
  const { values, getInputProps } = form;
  const set = (change: Partial<ScheduleForm>) => form.setValues(change);
  const [typed, setTyped] = useState('');
  /** An empty name is not an error before the operator typed or saved something. */
  const [sent, setSent] = useState(false);
  const problemId = useId();
  const incomplete = formProblem(values);
  const draft = useMemo(() => draftOf(values, hosts), [values, hosts]);
  const found = useSchedulePreview(incomplete === undefined ? draft : null);
  const { preview, waiting, error } = found;
  const save = useSaveSchedule();
  // While the preview is computed, the last one may be about another name.
  const problems = preview?.problems.filter(({ field }) => !(waiting && field === 'name')) ?? none;
  const problemOf = (field: string) =>
    incomplete === undefined ? problems.find((one) => one.field === field)?.text : undefined;
  const nameProblem = draft.name === '' ? (sent ? 'Enter a name.' : undefined) : problemOf('name');
  const typedName = preview?.typedName ?? null;
  const others = draft.name === '' || incomplete !== undefined ? none : problems;
  const problem =
    incomplete ??
    (draft.name === '' ? 'Enter a name.' : undefined) ??
    others[0]?.text ??
    (typedName !== null && typed.trim() !== typedName ? `Type ${typedName} to confirm.` : undefined);
  const ready = problem === undefined && (error !== null || (preview !== undefined && !waiting));

  const submit = form.onSubmit(() => {
    setSent(true);
    if (!ready || save.isPending) return;
    save.mutate(
      { draft, ...(typedName === null ? {} : { typedName: typed.trim() }) },
      {
        onSuccess: ({ name }) => {
          notify(`${name} saved`);
          onClose();
        },
      },
    );
  });

  return (
    <Dialog
      title={initial.id === undefined ? 'New schedule' : `Edit ${initial.name}`}
      size={1120}
      yOffset="4vh"
      onClose={onClose}
    >
      <form className={classes.editor} onSubmit={submit}>
        <div className={editorClasses.fields}>
          <div className={editorClasses.line}>
            <TextInput
              label="Name"
              maxLength={100}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              {...getInputProps('name')}
              error={nameProblem}
            />
            <Switch
              label="On"
              classNames={{ root: classes.on ?? '' }}
              {...getInputProps('enabled', { type: 'checkbox' })}
            />
          </div>
          <Textarea label="Note" rows={1} autosize maxRows={4} maxLength={1_000} {...getInputProps('note')} />
          <ScheduleActionFields values={values} set={set} problem={problemOf('action')} />
          <ScheduleTargetFields values={values} set={set} problem={problemOf('targets')} />
          <ScheduleTriggerFields
            values={values}
            set={set}
            problem={problemOf('trigger')}
            zoneProblem={problemOf('timeZone')}
          />
          <BlackoutFields values={values} set={set} />
          <ScheduleSafetyFields values={values} set={set} />
        </div>
        <SchedulePreviewPane
          draft={draft}
          preview={preview}
          waiting={waiting}
          error={error}
          incomplete={incomplete}
          destructive={removesImages(values)}
        />
        <div className={editorClasses.foot}>
          {save.error ? (
            <Notice tone="bad" live>
              <FailureText failure={toDisplayError(save.error)} />
            </Notice>
          ) : null}
          {typedName !== null && incomplete === undefined ? (
            <TypedName name={typedName} typed={typed} onType={setTyped}>
              This schedule deletes on a cloud marked as <b>production</b>.
            </TypedName>
          ) : null}
          <div className={formClasses.buttons}>
            <span id={problemId} className={sent && problem ? 'bad grow' : 'dim grow'} role="status">
              {problem ?? (waiting ? 'Checking…' : '')}
            </span>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" disabled={!ready || save.isPending} aria-describedby={problemId}>
              {save.isPending ? 'Saving…' : 'Save'}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
