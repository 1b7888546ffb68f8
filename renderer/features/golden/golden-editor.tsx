import { Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useId, useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { GoldenSet } from '../../../electron/contract/golden.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { CloudSelect } from '../../components/cloud-controls.tsx';
import { useReturnFocus } from '../../components/dialog.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import classes from '../../components/forms/form.module.css';
import { dotOf, StateDot } from '../../components/host-link.tsx';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';
import { notify } from '../../lib/notify.ts';
import { addImages, draftOf, emptyForm, formOf, formProblem, type GoldenSetForm, newRule } from './golden-draft.ts';
import { ImageChooser, ImagesField } from './golden-images-field.tsx';
import { GoldenPreviewPane, usePreview } from './golden-preview.tsx';
import { RuleFields } from './golden-rule-fields.tsx';
import { useSaveGolden } from './use-golden.ts';

const none: never[] = [];

type Props = { set?: GoldenSet; onSaved: (id: string) => void; onClose: () => void };

/** A golden set, as it is written, beside what it means as it is written. */
export function GoldenEditor({ set, onSaved, onClose }: Props) {
  useReturnFocus();
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [text, setText] = useState<GoldenSetForm>(() =>
    set ? formOf(set, (id) => hosts.some((host) => host.id === id)) : emptyForm(clouds[0]?.id ?? ''),
  );
  const [sent, setSent] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const whyId = useId();
  const draft = useMemo(() => draftOf(text), [text]);
  const { preview, waiting, error } = usePreview(draft);
  const save = useSaveGolden();
  const whyNot = formProblem(text);
  const change = (part: Partial<GoldenSetForm>) => setText((before) => ({ ...before, ...part }));
  const changeRule = (key: number, part: Partial<GoldenSetForm['rules'][number]>) =>
    change({ rules: text.rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)) });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (whyNot !== undefined || save.isPending) return;
    save.mutate(draft, {
      onSuccess: ({ id, name }) => {
        notify(`${name} saved`);
        onSaved(id);
        onClose();
      },
    });
  };

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
      <form className="golden-editor" onSubmit={submit}>
        <div className="golden-fields">
          <div className="golden-line">
            <TextInput
              label="Name"
              value={text.name}
              maxLength={100}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            {set ? null : (
              <CloudSelect
                clouds={clouds}
                cloudId={text.cloudId}
                onChange={(cloudId) => change({ cloudId, hostIds: [], labels: [] })}
              />
            )}
          </div>
          <Textarea
            label="Note"
            value={text.note}
            rows={1}
            autosize
            maxRows={4}
            maxLength={1_000}
            onChange={(event) => change({ note: event.currentTarget.value })}
          />
          <HostsField text={text} hosts={hosts} onChange={change} />
          <Checkbox
            label="Exact"
            description="What a host has cached that is in none of its golden sets is extra: it is shown, and bringing the host up to date deletes it. An exact set that means no image deletes nothing."
            checked={text.exact}
            onChange={(event) => change({ exact: event.currentTarget.checked })}
          />
          <ImagesField
            text={text}
            preview={preview}
            onChange={(images) => change({ images })}
            onChoose={() => setChoosing(true)}
          />
          <fieldset className="plain-fieldset golden-part">
            <legend>Rules</legend>
            <p className="dim golden-hint">
              An image belongs to the set if any rule finds it. Within a rule all that is stated must hold; only images
              that are active and not hidden are found.
            </p>
            {text.rules.map((rule, index) => (
              <RuleFields
                key={rule.key}
                cloudId={text.cloudId}
                rule={rule}
                index={index}
                found={preview?.rules[index]}
                problem={preview?.problems.find(({ part }) => part?.of === 'rules' && part.index === index)?.text}
                onChange={(part) => changeRule(rule.key, part)}
                onRemove={() => change({ rules: text.rules.filter(({ key }) => key !== rule.key) })}
              />
            ))}
            <Button
              size="small"
              disabled={text.rules.length >= 100}
              onClick={() => change({ rules: [...text.rules, newRule()] })}
            >
              Add a rule
            </Button>
          </fieldset>
        </div>
        {choosing ? (
          <ImageChooser
            cloudId={text.cloudId}
            onChosen={(more) => change({ images: addImages(text.images, more) })}
            onClose={() => setChoosing(false)}
          />
        ) : (
          <GoldenPreviewPane draft={draft} preview={preview} waiting={waiting} error={error} />
        )}
        <div className="golden-feet">
          {save.error ? (
            <Notice tone="bad" live>
              <FailureText failure={toDisplayError(save.error)} />
            </Notice>
          ) : null}
          <div className={classes.buttons}>
            <span id={whyId} className={sent && whyNot ? 'bad grow' : 'dim grow'} role="status">
              {whyNot}
            </span>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              kind="primary"
              disabled={whyNot !== undefined || save.isPending}
              aria-describedby={whyId}
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
  text: GoldenSetForm;
  hosts: readonly HostSummary[];
  onChange: (part: Partial<GoldenSetForm>) => void;
};

/** For which hosts a set is. */
export function HostsField({ text, hosts, onChange }: HostsFieldProps) {
  const name = useId();
  const ofCloud = hosts.filter(({ cloudId }) => cloudId === text.cloudId);
  const labels = [...new Set([...ofCloud.flatMap((host) => host.labels), ...text.labels])].sort();
  const kinds = [
    { kind: 'all', label: `All hosts of the cloud, also those to come`, note: plural(ofCloud.length, 'host') },
    {
      kind: 'labels',
      label: 'Those that have any of these labels',
      note: labels.length === 0 ? 'no host has a label' : '',
    },
    { kind: 'named', label: 'These hosts', note: text.hosts === 'named' ? `${text.hostIds.length} chosen` : '' },
  ] as const;
  const flip = (list: readonly string[], one: string) =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <fieldset className="plain-fieldset golden-part">
      <legend>Hosts</legend>
      <div className="choices">
        {kinds.map(({ kind, label, note }) => (
          <label key={kind}>
            <input type="radio" name={name} checked={text.hosts === kind} onChange={() => onChange({ hosts: kind })} />
            {label} <span className="dim">{note}</span>
          </label>
        ))}
      </div>
      {text.hosts === 'labels' ? (
        <div className="host-chips golden-chips">
          {labels.length === 0 ? (
            <span className="dim">Hosts are given labels in Settings, under each host.</span>
          ) : null}
          {labels.map((label) => (
            <button
              key={label}
              type="button"
              className="chip"
              aria-pressed={text.labels.includes(label)}
              onClick={() => onChange({ labels: flip(text.labels, label) })}
            >
              {label} <b>{ofCloud.filter((host) => host.labels.includes(label)).length}</b>
            </button>
          ))}
        </div>
      ) : null}
      {text.hosts === 'named' ? (
        <div className="row golden-chosen">
          <div className="host-chips golden-chips">
            {ofCloud.map((host) => (
              <button
                key={host.id}
                type="button"
                className="chip"
                aria-pressed={text.hostIds.includes(host.id)}
                onClick={() => onChange({ hostIds: flip(text.hostIds, host.id) })}
              >
                <StateDot state={dotOf(host)} />
                {host.name}
              </button>
            ))}
          </div>
          <Button
            kind="quiet"
            size="small"
            onClick={() =>
              onChange({ hostIds: text.hostIds.length === ofCloud.length ? [] : ofCloud.map(({ id }) => id) })
            }
          >
            {text.hostIds.length === ofCloud.length ? 'None' : 'All'}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}
