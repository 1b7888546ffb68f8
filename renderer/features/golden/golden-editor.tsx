import { Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useId, useMemo, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { GoldenSet } from '../../../electron/contract/golden.ts';
import { useConsolePart, useImageServices } from '../../bridge/console-state.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { useCatalogues } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { DialogFocus } from '../../components/dialog-focus.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import editorClasses from '../../components/forms/editor.module.css';
import formClasses from '../../components/forms/form.module.css';
import { CloudSelect } from '../../components/forms/form-fields.tsx';
import { HostChooser } from '../../components/hosts/host-chooser.tsx';
import { Notice } from '../../components/notice.tsx';
import { notify } from '../../lib/notify.ts';
import {
  addImages,
  draftOf,
  emptyForm,
  formOf,
  formProblem,
  type GoldenSetForm,
  isEmptyRule,
  newRule,
  withoutEmptyRules,
} from './golden-draft.ts';
import classes from './golden-editor.module.css';
import { GoldenImageChooser, GoldenImagesField } from './golden-images-field.tsx';
import { GoldenPreviewPane, usePreview } from './golden-preview.tsx';
import { GoldenRuleFields, suggestionsOf } from './golden-rule-fields.tsx';
import { useSaveGolden } from './use-golden.ts';

const none: never[] = [];

type Props = { set?: GoldenSet; onSaved: (id: string) => void; onClose: () => void };

/** The dialog that edits a golden set, with a preview of its images beside the form. */
export function GoldenEditor({ set, onSaved, onClose }: Props) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [initialValues] = useState(() =>
    set ? formOf(set, (id) => hosts.some((host) => host.id === id)) : emptyForm(clouds[0]?.id ?? ''),
  );
  const form = useForm<GoldenSetForm>({ initialValues });
  const { values, getInputProps } = form;
  const [sent, setSent] = useState(false);
  const [choosing, setChoosing] = useState(false);
  /** The rule that was added last. */
  const [added, setAdded] = useState<number>();
  const problemId = useId();
  const { images, servicesOf } = useCatalogues(useImageServices(values.cloudId));
  const suggestions = useMemo(() => suggestionsOf(images), [images]);
  const draft = useMemo(() => draftOf(values), [values]);
  const { preview: found, waiting, error } = usePreview(draft);
  const save = useSaveGolden();
  const problem = formProblem(values);
  // A rule that was just added is not an error: its problems are shown once something is typed into it, or on saving.
  const isNew = (index: number) => !sent && isEmptyRule(values.rules[index]);
  const preview = found && {
    ...found,
    problems: found.problems.filter(({ part }) => part?.of !== 'rules' || !isNew(part.index)),
  };
  const waits = values.rules.findIndex(isEmptyRule);
  const shownProblem =
    waits >= 0 && !sent && formProblem(withoutEmptyRules(values)) === undefined
      ? `Fill in rule ${waits + 1}, or remove it.`
      : problem;

  const submit = form.onSubmit(() => {
    setSent(true);
    if (problem !== undefined || save.isPending) return;
    save.mutate(draft, {
      onSuccess: ({ id, name }) => {
        notify(`${name} saved`);
        onSaved(id);
        onClose();
      },
    });
  });

  return (
    <Modal
      opened
      title={set ? `Edit ${set.name}` : 'New golden set'}
      onClose={onClose}
      size={1120}
      yOffset="4vh"
      closeOnClickOutside={false}
      closeOnEscape={!choosing}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DialogFocus />
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
            />
            {set ? null : (
              <CloudSelect
                clouds={clouds}
                cloudId={values.cloudId}
                onChange={(cloudId) => form.setValues({ cloudId, hostIds: [], labels: [] })}
              />
            )}
          </div>
          <Textarea label="Note" rows={1} autosize maxRows={4} maxLength={1_000} {...getInputProps('note')} />
          <HostsField form={form} hosts={hosts} />
          <Checkbox
            label="Exact"
            description="Cached images that are in none of the host’s golden sets are extra. Sync deletes them. An exact set that matches no image deletes nothing."
            {...getInputProps('exact', { type: 'checkbox' })}
          />
          <GoldenImagesField form={form} catalogue={images} preview={preview} onChoose={() => setChoosing(true)} />
          <fieldset className={`plain-fieldset ${editorClasses.section}`}>
            <legend>Rules</legend>
            <p className={`dim ${classes.hint}`}>
              An image belongs to the set if any rule matches. Within a rule all conditions must match. Only active
              images that are not hidden match.
            </p>
            {values.rules.map((rule, index) => (
              <GoldenRuleFields
                key={rule.key}
                isAdded={rule.key === added}
                form={form}
                rule={rule}
                suggestions={suggestions}
                index={index}
                found={preview?.rules[index]}
                problem={preview?.problems.find(({ part }) => part?.of === 'rules' && part.index === index)?.text}
              />
            ))}
            <Button
              size="small"
              disabled={values.rules.length >= 100}
              onClick={() => {
                const rule = newRule();
                setAdded(rule.key);
                form.insertListItem('rules', rule);
              }}
            >
              Add a rule
            </Button>
          </fieldset>
        </div>
        {choosing ? (
          <GoldenImageChooser
            cloudId={values.cloudId}
            onChosen={(more) => form.setFieldValue('images', addImages(values.images, more))}
            onClose={() => setChoosing(false)}
          />
        ) : (
          <GoldenPreviewPane draft={draft} servicesOf={servicesOf} preview={preview} waiting={waiting} error={error} />
        )}
        <div className={editorClasses.foot}>
          {save.error ? (
            <Notice tone="bad" live>
              <FailureText failure={toDisplayError(save.error)} />
            </Notice>
          ) : null}
          <div className={formClasses.buttons}>
            <span id={problemId} className={sent && problem ? 'bad grow' : 'dim grow'} role="status">
              {shownProblem}
            </span>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              kind="primary"
              disabled={problem !== undefined || save.isPending}
              aria-describedby={problemId}
            >
              {save.isPending ? 'Saving…' : 'Save'}
            </Button>
          </div>
        </div>
      </form>
    </Modal>
  );
}

type HostsFieldProps = {
  form: UseFormReturnType<GoldenSetForm>;
  hosts: readonly HostSummary[];
};

/** The hosts of a set: all, those with a label, or chosen ones. */
function HostsField({ form, hosts }: HostsFieldProps) {
  const name = useId();
  const { values, setValues } = form;
  const ofCloud = hosts.filter(({ cloudId }) => cloudId === values.cloudId);
  const labels = [...new Set([...ofCloud.flatMap((host) => host.labels), ...values.labels])].sort();
  const kinds = [
    { kind: 'all', label: `All hosts of the cloud, including future hosts`, note: plural(ofCloud.length, 'host') },
    {
      kind: 'labels',
      label: 'Hosts with any of these labels',
      note: labels.length === 0 ? 'no labels yet' : '',
    },
    { kind: 'named', label: 'These hosts', note: '' },
  ] as const;
  const toggle = (list: readonly string[], one: string) =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <fieldset className={`plain-fieldset ${editorClasses.section}`}>
      <legend>Hosts</legend>
      <div className="choices">
        {kinds.map(({ kind, label, note }) => (
          <label key={kind}>
            <input
              type="radio"
              name={name}
              checked={values.hosts === kind}
              onChange={() => setValues({ hosts: kind })}
            />
            {label} <span className="dim">{note}</span>
          </label>
        ))}
      </div>
      {values.hosts === 'labels' ? (
        <div className={classes.chips}>
          {labels.length === 0 ? <span className="dim">Set labels of hosts in Settings.</span> : null}
          {labels.map((label) => (
            <button
              key={label}
              type="button"
              className="chip"
              aria-pressed={values.labels.includes(label)}
              onClick={() => setValues({ labels: toggle(values.labels, label) })}
            >
              {label} <b>{ofCloud.filter((host) => host.labels.includes(label)).length}</b>
            </button>
          ))}
        </div>
      ) : null}
      {values.hosts === 'named' ? (
        <HostChooser
          stacked
          hosts={ofCloud}
          chosen={new Set(values.hostIds)}
          onChange={(chosen) => setValues({ hostIds: [...chosen] })}
        />
      ) : null}
    </fieldset>
  );
}
