import { NativeSelect, TextInput } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import type { FindProblem, InventoryGroups } from '../../../electron/contract/discovery.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';
import { filterByText } from '../../lib/text-filter.ts';
import classes from './find-hosts.module.css';
import { chosenGroups, hostNames, type SourceForm } from './find-source.ts';

type Props = {
  form: SourceForm;
  read: { groups: InventoryGroups | undefined; error: unknown; waiting: boolean };
};

const readPort = wholeNumber(1, 65_535);

/** Characters of an inventory that the contract accepts. */
const maxLength = 2_000_000;

/** An Ansible inventory: its text, the chosen groups, and how the address of a host is formed. */
export function InventoryForm({ form, read }: Props) {
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [tooLong, setTooLong] = useState(false);
  const { groups, error, waiting } = read;
  const variables = (groups?.addressVariables ?? []).filter((name) => name !== 'ansible_host');

  async function open(chosen: File | undefined) {
    if (!chosen) return;
    const text = chosen.size > maxLength ? undefined : await chosen.text();
    setTooLong(text === undefined);
    if (text !== undefined) form.setValues({ inventory: text, fileName: chosen.name, groups: null });
  }

  return (
    <>
      <div className="row">
        <label htmlFor={`${id}-text`} className={classes.label}>
          Inventory
        </label>
        <span className="grow" />
        <span className="dim" role="status">
          {waiting
            ? 'Reading…'
            : groups
              ? `${form.values.fileName ? `${form.values.fileName}, ` : ''}${groups.format === 'ini' ? 'INI' : 'YAML'}, ${plural(groups.groups[0]?.hosts ?? 0, 'host')}`
              : ''}
        </span>
        <input
          ref={file}
          type="file"
          hidden
          aria-label="File of an inventory"
          onChange={(event) => {
            void open(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
        <Button onClick={() => file.current?.click()}>Open a file…</Button>
      </div>
      <textarea
        id={`${id}-text`}
        className={classes.text}
        rows={7}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={maxLength}
        placeholder={'INI or YAML, as ansible-inventory reads it:\n\n[glance-api]\nglance-[01:12] ansible_host=…'}
        value={form.values.inventory}
        onChange={(event) => form.setValues({ inventory: event.currentTarget.value, fileName: '' })}
      />
      {tooLong ? (
        <Notice tone="bad" live>
          The file is longer than 2 MB. Paste the part that has the hosts of Glance.
        </Notice>
      ) : null}
      {error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(error)} />
        </Notice>
      ) : null}
      <div className={classes.inventory}>
        <Groups form={form} groups={groups} />
        <div className={classes.addresses}>
          <NativeSelect
            label="Address from"
            data={[
              { value: 'ansible_host', label: 'ansible_host, else the name' },
              { value: hostNames, label: 'the host’s name' },
              ...variables.map((name) => ({ value: name, label: `${name}, else the name` })),
            ]}
            {...form.getInputProps('addressFrom')}
          />
          <div className={classes.port}>
            <NativeSelect label="Scheme" data={['http', 'https']} {...form.getInputProps('scheme')} />
            <NumberField
              label="Port"
              value={form.values.port}
              read={readPort}
              onChange={(port) => form.setFieldValue('port', port)}
              onInvalid={() => form.setFieldValue('port', undefined)}
            />
          </div>
          <p className="dim">
            A host’s own <span className="mono">glance_api_port</span> goes before the port. That of ssh is never taken.
          </p>
        </div>
      </div>
      {groups ? <FindProblems problems={groups.problems} /> : null}
    </>
  );
}

/** With more groups than this the list has a filter. */
const maxWithoutFilter = 8;

function Groups({ form, groups }: Pick<Props, 'form'> & { groups: InventoryGroups | undefined }) {
  const [filter, setFilter] = useState('');
  const chosen = new Set(chosenGroups(form.values, groups));
  const filled = (groups?.groups ?? []).filter(({ hosts }) => hosts > 0);
  const first = groups?.preselected;
  const matching = new Set(filterByText(filled, filter, ({ name }) => [name]));
  const shown = [...filled.filter(({ name }) => name === first), ...filled.filter(({ name }) => name !== first)].filter(
    (group) => matching.has(group) || chosen.has(group.name),
  );
  const choose = (name: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    form.setFieldValue('groups', [...next]);
  };
  return (
    <fieldset className={classes.groups}>
      <legend className={classes.label}>Groups</legend>
      {filled.length > maxWithoutFilter ? (
        <TextInput
          type="search"
          size="xs"
          aria-label="Filter groups"
          placeholder="Filter groups"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      ) : null}
      <div className={classes.groupList}>
        {shown.map(({ name, hosts }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.has(name)}
              onChange={(event) => choose(name, event.currentTarget.checked)}
            />
            <span className="cut" title={name}>
              {name}
            </span>
            <span className="dim">{hosts.toLocaleString('en-US')}</span>
          </label>
        ))}
        {shown.length === 0 ? (
          <p className="dim">
            {!groups
              ? 'They are listed when there is an inventory.'
              : filled.length === 0
                ? 'No group has a host.'
                : `No group matches “${filter.trim()}”.`}
          </p>
        ) : null}
      </div>
    </fieldset>
  );
}

/** The problems of a search: the only one, or their number with a list to unfold. */
export function FindProblems({ problems }: { problems: readonly FindProblem[] }) {
  const [only] = problems;
  if (!only) return null;
  return (
    <Notice tone="warn">
      {problems.length === 1 ? (
        <Problem problem={only} />
      ) : (
        <details className={classes.problems}>
          <summary>{plural(problems.length, 'thing')} passed over or not understood</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached with the keyboard */}
          <ul tabIndex={0} aria-label="Passed over or not understood">
            {problems.map((problem, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is read once and never changes its order
              <li key={index}>
                <Problem problem={problem} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Notice>
  );
}

function Problem({ problem: { line, text } }: { problem: FindProblem }) {
  return (
    <>
      {line === null ? null : <span className="dim">Line {line}: </span>}
      {text}
    </>
  );
}
