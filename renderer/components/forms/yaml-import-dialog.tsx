import { Button as MantineButton, Textarea } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { readTextFile, refusalText } from '../../lib/read-text-file.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { FailureText } from '../failure-text.tsx';
import { Notice } from '../notice.tsx';
import { Tag, type Tone } from '../tag.tsx';
import formClasses from './form.module.css';
import linePreviewClasses from './line-preview.module.css';
import classes from './yaml-import-dialog.module.css';

/** The changes that a file would make, or its problems. */
export type ImportReport = {
  changes: readonly {
    name: string;
    cloudName?: string;
    change: 'add' | 'change' | 'same';
    differences: readonly string[];
  }[];
  problems: readonly { line: number | null; text: string }[];
};

/** Milliseconds without a key press before the text is checked. */
export const importDebounce = 250;

type Props = {
  title: string;
  /** The content of the file, in singular: `golden set`. */
  one: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  /** The maximum length of the text, in characters. */
  maxLength: number;
  /** The changes that the text would make; undefined until they are known. */
  report: ImportReport | undefined;
  /** The report is not the one of this text yet. */
  stale: boolean;
  /** The import of this text runs. */
  pending: boolean;
  error: unknown;
  /** Further fields beside the choice of a file. */
  options?: ReactNode;
  /** The question before the import, above the buttons. */
  confirmation?: ReactNode;
  /** Whether the question was answered. */
  confirmed?: boolean;
  onImport: (changes: number) => void;
  onClose: () => void;
};

/** Imports a YAML file, which is chosen or pasted. It shows the changes before it makes them. */
export function YamlImportDialog(props: Props) {
  const { title, one, text, onText, stale, pending, error, confirmed = true, onImport, onClose } = props;
  const [refused, setRefused] = useState<string>();
  const fileId = useId();
  const tooLong = text.length > props.maxLength;
  const report = text.trim() === '' || tooLong ? undefined : props.report;
  const changes = report?.changes.filter(({ change }) => change !== 'same').length ?? 0;
  const ready = report !== undefined && report.problems.length === 0 && changes > 0 && !stale && confirmed;

  const take = (name: string, read: Awaited<ReturnType<typeof readTextFile>>) => {
    onText('text' in read ? read.text : '');
    setRefused('text' in read ? undefined : refusalText(name, read));
  };
  return (
    <Dialog title={title} size={760} onClose={onClose}>
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
          {props.options}
        </div>
        <Textarea
          label={`${capital(one)}s as YAML`}
          placeholder={props.placeholder}
          value={text}
          rows={9}
          spellCheck={false}
          autoCapitalize="none"
          autoFocus
          data-autofocus
          classNames={{ input: linePreviewClasses.text }}
          onChange={(event) => {
            onText(event.currentTarget.value);
            setRefused(undefined);
          }}
        />
        <p className={`dim ${linePreviewClasses.summary}`} role="status" aria-busy={stale}>
          {tooLong ? <span className="bad">The text is too long.</span> : summary(text, report, one)}
        </p>
        <div className={linePreviewClasses.preview} data-empty={report === undefined || undefined}>
          {report ? <Report report={report} one={one} /> : null}
        </div>
        {refused ? (
          <Notice tone="bad" live>
            {refused}
          </Notice>
        ) : null}
        {error ? (
          <Notice tone="bad" live>
            <FailureText failure={toDisplayError(error)} />
          </Notice>
        ) : null}
        {props.confirmation}
        <div className={formClasses.buttons}>
          <span className="dim grow">Existing {one}s are kept.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!ready || pending}
            onClick={() => {
              if (ready && !pending) onImport(changes);
            }}
          >
            {pending ? 'Importing…' : ready ? `Import ${plural(changes, one)}` : 'Import'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function summary(text: string, report: ImportReport | undefined, one: string): string {
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
  return parts.length > 0 ? `${parts.join(', ')}.` : `The file contains no ${one}.`;
}

const changeTags: Record<ImportReport['changes'][number]['change'], { label: string; tone: Tone }> = {
  add: { label: 'new', tone: 'ok' },
  change: { label: 'changed', tone: 'accent' },
  same: { label: 'unchanged', tone: 'plain' },
};

function Report({ report: { problems, changes }, one }: { report: ImportReport; one: string }) {
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
  const withClouds = changes.some(({ cloudName }) => cloudName !== undefined);
  return (
    <table aria-label="Changes">
      <thead>
        <tr>
          <th scope="col" className={linePreviewClasses.columnName}>
            {capital(one)}
          </th>
          {withClouds ? (
            <th scope="col" className={linePreviewClasses.columnName}>
              Cloud
            </th>
          ) : null}
          <th scope="col">Changes</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, cloudName, change, differences }) => (
          <tr key={`${cloudName} ${name}`}>
            <td className={formClasses.breakable}>{name}</td>
            {withClouds ? <td className={`${formClasses.breakable} dim`}>{cloudName}</td> : null}
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
