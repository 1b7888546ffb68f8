import { Button as MantineButton, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type GoldenImport, maxGoldenFileLength } from '../../../electron/contract/golden.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import linePreviewClasses from '../../components/forms/line-preview.module.css';
import { Notice } from '../../components/notice.tsx';
import { Tag, type Tone } from '../../components/tag.tsx';
import { plural } from '../../lib/format.ts';
import { notify, notifyFailure } from '../../lib/notify.ts';
import { readTextFile, refusalText } from '../../lib/read-text-file.ts';
import classes from './golden-editor.module.css';
import { useImportGolden } from './use-golden.ts';

const none: never[] = [];
/** Milliseconds without a key press before the text is checked. */
const debounce = 250;

/** Imports golden sets from a YAML file. It shows the changes before it makes them. */
export function GoldenImportDialog({ onClose }: { onClose: () => void }) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string>();
  const [into, setInto] = useState('');
  const [settled] = useDebouncedValue(text, debounce);
  const fileId = useId();
  const importing = useImportGolden();
  const tooLong = text.length > maxGoldenFileLength;
  const target = into === '' ? {} : { cloudId: into };
  const preview = useQuery(
    queries.golden.import.queryOptions({
      input: { text: settled, ...target },
      enabled: settled.trim() !== '' && settled.length <= maxGoldenFileLength,
      placeholderData: keepPreviousData,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const report = settled.trim() === '' || tooLong ? undefined : preview.data;
  const changes = report?.changes.filter(({ change }) => change !== 'same').length ?? 0;
  const ready =
    report !== undefined && report.problems.length === 0 && changes > 0 && text === settled && !preview.isFetching;
  const failed = importing.error ?? preview.error;

  const take = (name: string, read: Awaited<ReturnType<typeof readTextFile>>) => {
    setText('text' in read ? read.text : '');
    setRefused('text' in read ? undefined : refusalText(name, read));
  };
  const apply = () => {
    if (!ready || importing.isPending) return;
    importing.mutate(
      { text, ...target, apply: true },
      {
        onSuccess: ({ applied }) => {
          if (!applied) return void preview.refetch();
          notify(`${plural(changes, 'golden set')} imported`);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title="Import golden sets" size={760} onClose={onClose}>
      <div className={`${formClasses.form} ${classes.import}`}>
        <div className="row">
          <MantineButton component="label" variant="plain" className={classes.file} htmlFor={fileId}>
            Choose a file…
            <input
              id={fileId}
              type="file"
              accept=".yaml,.yml"
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? [];
                if (file) readTextFile(file).then((read) => take(file.name, read), notifyFailure);
                event.currentTarget.value = '';
              }}
            />
          </MantineButton>
          <span className="dim grow">or paste its content below.</span>
          {clouds.length > 1 ? (
            <label className="row">
              <span className="dim">For</span>
              <select className="plain-select" value={into} onChange={(event) => setInto(event.target.value)}>
                <option value="">the cloud named in the file</option>
                {clouds.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
        </div>
        <Textarea
          label="Golden sets as YAML"
          placeholder={
            'golden_sets:\n  - name: base images\n    cloud: prod\n    hosts: all\n    rules:\n      - name: ubuntu-*-server\n        newest: 2'
          }
          value={text}
          rows={9}
          spellCheck={false}
          autoCapitalize="none"
          autoFocus
          data-autofocus
          classNames={{ input: linePreviewClasses.text }}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setRefused(undefined);
          }}
        />
        <p
          className={`dim ${linePreviewClasses.summary}`}
          role="status"
          aria-busy={text !== settled || preview.isFetching}
        >
          {tooLong ? <span className="bad">The text is too long.</span> : summary(text, report)}
        </p>
        <div className={linePreviewClasses.preview} data-empty={report === undefined || undefined}>
          {report ? <Report report={report} /> : null}
        </div>
        {refused ? (
          <Notice tone="bad" live>
            {refused}
          </Notice>
        ) : null}
        {failed ? (
          <Notice tone="bad" live>
            <FailureText failure={toDisplayError(failed)} />
          </Notice>
        ) : null}
        <div className={formClasses.buttons}>
          <span className="dim grow">Existing sets are kept.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!ready || importing.isPending} onClick={apply}>
            {importing.isPending ? 'Importing…' : ready ? `Import ${plural(changes, 'golden set')}` : 'Import'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function summary(text: string, report: GoldenImport | undefined): string {
  if (text.trim() === '') return 'Nothing to import.';
  if (!report) return 'Reading…';
  const { problems, changes } = report;
  if (problems.length > 0) return `${plural(problems.length, 'problem')}: nothing is imported until fixed.`;
  const count = (wanted: string) => changes.filter(({ change }) => change === wanted).length;
  const parts = [
    ...(count('add') > 0 ? [`${count('add')} new`] : []),
    ...(count('change') > 0 ? [`${count('change')} changed`] : []),
    ...(count('same') > 0 ? [`${count('same')} unchanged`] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')}.` : 'The file contains no golden set.';
}

const changeTags: Record<GoldenImport['changes'][number]['change'], { label: string; tone: Tone }> = {
  add: { label: 'new', tone: 'ok' },
  change: { label: 'changed', tone: 'accent' },
  same: { label: 'unchanged', tone: 'plain' },
};

function Report({ report: { problems, changes } }: { report: GoldenImport }) {
  if (problems.length > 0) {
    return (
      <table aria-label="Problems in the file">
        <thead>
          <tr>
            <th scope="col" className={linePreviewClasses.columnLine}>
              Line
            </th>
            <th scope="col">Problem</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ line, text }) => (
            <tr key={`${line} ${text}`}>
              <td className="faint">{line ?? '–'}</td>
              <td className={formClasses.breakable}>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  }
  return (
    <table aria-label="Changes">
      <thead>
        <tr>
          <th scope="col" className={linePreviewClasses.columnName}>
            Golden set
          </th>
          <th scope="col" className={linePreviewClasses.columnName}>
            Cloud
          </th>
          <th scope="col">Changes</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, cloudName, change, differences }) => (
          <tr key={`${cloudName} ${name}`}>
            <td className={formClasses.breakable}>{name}</td>
            <td className={`${formClasses.breakable} dim`}>{cloudName}</td>
            <td className={formClasses.breakable}>
              <Tag tone={changeTags[change].tone}>{changeTags[change].label}</Tag>{' '}
              <span className="dim">{differences.join('; ')}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
