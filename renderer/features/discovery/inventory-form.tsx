import { NativeSelect, TextInput } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import { type FindProblem, type InventoryGroups, maxInventoryLength } from '../../../electron/contract/discovery.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { Notice } from '../../components/notice.tsx';
import { filterByText } from '../../lib/text-filter.ts';
import classes from './find-hosts.module.css';
import { chosenGroups, hostNames, type SourceForm, type SourceValues } from './find-source.ts';
import { type ChosenFile, filesOfDrop, filesOfField, readInventoryFiles, TooLongError } from './inventory-files.ts';

type Props = {
  form: SourceForm;
  read: { groups: InventoryGroups | undefined; error: unknown; waiting: boolean };
};

const readPort = wholeNumber(1, 65_535);

/** An Ansible inventory: its text or its files, the chosen groups, and how the address of a host is formed. */
export function InventoryForm({ form, read }: Props) {
  const id = useId();
  const [refused, setRefused] = useState<{ bad?: string; problems: readonly FindProblem[] }>({ problems: [] });
  const { groups, error, waiting } = read;
  const { files, inventory } = form.values;
  const variables = (groups?.addressVariables ?? []).filter((name) => name !== 'ansible_host');

  async function open(chosen: Promise<ChosenFile[]>) {
    try {
      const { files, problems } = await chosen.then(readInventoryFiles);
      const [only, ...others] = files;
      setRefused(only ? { problems } : { bad: problems[0]?.text ?? 'There is no file of an inventory.', problems: [] });
      if (!only) return;
      if (others.length > 0 || only.path.includes('/'))
        form.setValues({ inventory: '', fileName: '', files, groups: null });
      else form.setValues({ inventory: only.text, fileName: only.path, files: [], groups: null });
    } catch (error) {
      const bad =
        error instanceof TooLongError
          ? 'This is longer than 2 MB. Choose the folder of the inventory alone, or paste the part that has the hosts of Glance.'
          : 'The files cannot be read.';
      setRefused({ bad, problems: [] });
    }
  }
  const type = (inventory: string) => {
    setRefused({ problems: [] });
    form.setValues({ inventory, fileName: '', files: [] });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons do the same as dropping files
    <div
      className={classes.told}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (![...event.dataTransfer.items].some(({ kind }) => kind === 'file')) return;
        event.preventDefault();
        void open(filesOfDrop(event.dataTransfer));
      }}
    >
      <div className="row">
        <label htmlFor={`${id}-text`} className={classes.label}>
          Inventory
        </label>
        <span className="grow" />
        <span className="dim" role="status">
          {waiting ? 'Reading…' : groups ? readText(form.values, groups) : ''}
        </span>
        <OpenButton label="Inventory file" onOpen={open}>
          Open files…
        </OpenButton>
        <OpenButton folder label="Folder of an inventory" onOpen={open}>
          Open a folder…
        </OpenButton>
      </div>
      {files.length > 0 ? (
        <div className={classes.files}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached with the keyboard */}
          <ul tabIndex={0} id={`${id}-text`} aria-label="Files of the inventory">
            {files.map(({ path }) => (
              <li key={path} className="mono">
                {path}
              </li>
            ))}
          </ul>
          <Button onClick={() => type('')}>Remove</Button>
        </div>
      ) : (
        <textarea
          id={`${id}-text`}
          className={classes.text}
          rows={7}
          spellCheck={false}
          autoCapitalize="none"
          maxLength={maxInventoryLength}
          placeholder={'INI or YAML, for example:\n\n[glance-api]\nglance-[01:12] ansible_host=…'}
          value={inventory}
          onChange={(event) => type(event.currentTarget.value)}
        />
      )}
      {refused.bad ? (
        <Notice tone="bad" live>
          {refused.bad}
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
              { value: 'ansible_host', label: 'ansible_host, or the name' },
              { value: hostNames, label: 'the host’s name' },
              ...variables.map((name) => ({ value: name, label: `${name}, or the name` })),
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
            The host variable <span className="mono">glance_api_port</span> overrides this port. The ssh port is never
            used.
          </p>
        </div>
      </div>
      <FindProblems problems={[...refused.problems, ...(groups?.problems ?? [])]} />
    </div>
  );
}

type OpenProps = {
  folder?: boolean;
  label: string;
  onOpen: (files: Promise<ChosenFile[]>) => Promise<void>;
  children: string;
};

/** A button that opens the browser's dialog for files, or for a folder. */
function OpenButton({ folder = false, label, onOpen, children }: OpenProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        {...(folder ? { webkitdirectory: '' } : {})}
        aria-label={label}
        onChange={(event) => {
          void onOpen(Promise.resolve(filesOfField(event.currentTarget)));
          event.currentTarget.value = '';
        }}
      />
      <Button onClick={() => field.current?.click()}>{children}</Button>
    </>
  );
}

/** A summary of the inventory: `hosts.ini, INI, 12 hosts`. */
function readText({ files, fileName }: SourceValues, { format, groups }: InventoryGroups): string {
  const what = files.length > 0 ? [plural(files.length, 'file')] : [fileName, format === 'ini' ? 'INI' : 'YAML'];
  return [...what, plural(groups[0]?.hosts ?? 0, 'host')].filter((part) => part !== '').join(', ');
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
              ? 'Open an inventory to see its groups.'
              : filled.length === 0
                ? 'No group contains hosts.'
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
          <summary>{plural(problems.length, 'thing')} skipped or invalid</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached with the keyboard */}
          <ul tabIndex={0} aria-label="Skipped or invalid">
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

function Problem({ problem: { file, line, text } }: { problem: FindProblem }) {
  const at =
    file === undefined ? (line === null ? '' : `Line ${line}`) : line === null ? file : `${file}, line ${line}`;
  return (
    <>
      {at === '' ? null : <span className="dim">{at}: </span>}
      {text}
    </>
  );
}
