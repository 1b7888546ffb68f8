import { Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { PasteReport } from '../../../electron/contract/hosts.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import formClasses from '../../components/forms/form.module.css';
import { CloudSelect } from '../../components/forms/form-fields.tsx';
import { FormFoot } from '../../components/forms/form-foot.tsx';
import linePreviewClasses from '../../components/forms/line-preview.module.css';
import { Tag, type Tone } from '../../components/tag.tsx';
import { usePaste, usePastePreview } from './host-queries.ts';
import { RegionSelect } from './region-select.tsx';

export type PasteCounts = { willAdd: number; added: number; duplicate: number; invalid: number };

/** The number of lines of a report by outcome. */
export function countLines(report: PasteReport | undefined): PasteCounts {
  const counts: PasteCounts = { willAdd: 0, added: 0, duplicate: 0, invalid: 0 };
  for (const { outcome } of report?.lines ?? []) counts[outcome] += 1;
  return counts;
}

/** `12 hosts to add, 2 there already, 1 line invalid`. */
export function pasteSummary(counts: PasteCounts): string {
  const parts = [
    counts.added > 0 ? `${counts.added} ${counts.added === 1 ? 'host' : 'hosts'} added` : '',
    counts.willAdd > 0 ? `${counts.willAdd} ${counts.willAdd === 1 ? 'host' : 'hosts'} to add` : '',
    counts.duplicate > 0 ? `${counts.duplicate} already added` : '',
    counts.invalid > 0 ? `${counts.invalid} ${counts.invalid === 1 ? 'line' : 'lines'} invalid` : '',
  ].filter(Boolean);
  return parts.join(', ');
}

type Line = PasteReport['lines'][number];

const outcomes: Record<Line['outcome'], { label: string; tone: Tone }> = {
  willAdd: { label: 'will be added', tone: 'accent' },
  added: { label: 'added', tone: 'ok' },
  duplicate: { label: 'already added', tone: 'plain' },
  invalid: { label: 'invalid', tone: 'bad' },
};

/** Milliseconds without typing before the text is read. */
const debounceMs = 200;

type Props = { cloudId: string; initialText?: string; back?: ReactNode; onAdded: (report: PasteReport) => void };

/** Adds many hosts, one address per line, with a preview of each line. */
export function PasteHosts({ cloudId, initialText = '', back, onAdded }: Props) {
  const [text, setText] = useState(initialText);
  const [added, setAdded] = useState('');
  const [region, setRegion] = useState('');
  const [settled] = useDebouncedValue(text, debounceMs);
  const preview = usePastePreview(cloudId, settled);
  const paste = usePaste();
  const report = settled.trim() === '' ? undefined : preview.data;
  const counts = countLines(report);
  const waiting = text !== settled || preview.isFetching;
  const failed = paste.error ?? preview.error;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (counts.willAdd === 0 || paste.isPending) return;
    paste.mutate(
      { cloudId, region: region === '' ? null : region, text, add: true },
      {
        onSuccess: (result) => {
          setText(
            result.lines
              .filter(({ outcome }) => outcome === 'invalid')
              .map((line) => line.text)
              .join('\n'),
          );
          setAdded(pasteSummary({ ...countLines(result), invalid: 0 }));
          onAdded(result);
        },
      },
    );
  }

  return (
    <form onSubmit={submit} className={formClasses.form}>
      <RegionSelect stacked cloudId={cloudId} region={region} onChange={setRegion} />
      <Textarea
        label="Hosts, one per line"
        description="Address, optional name, optional limit. Ctrl+Enter adds them."
        placeholder={
          'glance-01.example.net\nglance-02.example.net:9292  second  500GiB\nhttps://edge-lyon-1.example.net/image'
        }
        value={text}
        rows={6}
        spellCheck={false}
        autoCapitalize="none"
        autoFocus
        data-autofocus
        classNames={{ input: linePreviewClasses.text }}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      <p className={`dim ${linePreviewClasses.summary}`} role="status" aria-busy={waiting}>
        {added ? <span className="ok">{added}. </span> : null}
        {pasteSummary(counts) || (text.trim() === '' ? 'The list is empty.' : 'Reading…')}
      </p>
      <div className={linePreviewClasses.preview} data-empty={report === undefined || undefined}>
        {report && report.lines.length > 0 ? <Preview lines={report.lines} /> : null}
      </div>
      <FormFoot error={failed} back={back}>
        <Button type="submit" kind="primary" disabled={counts.willAdd === 0 || paste.isPending}>
          {paste.isPending
            ? 'Adding…'
            : counts.willAdd > 0
              ? `Add ${counts.willAdd} ${counts.willAdd === 1 ? 'host' : 'hosts'}`
              : 'Add hosts'}
        </Button>
      </FormFoot>
    </form>
  );
}

/** Lines in the preview; the summary counts all of them. */
const maxShownLines = 500;

function Preview({ lines }: { lines: readonly Line[] }) {
  return (
    <>
      <table aria-label="Preview">
        <thead>
          <tr>
            <th scope="col" className={linePreviewClasses.columnLine}>
              Line
            </th>
            <th scope="col">Address</th>
            <th scope="col" className={linePreviewClasses.columnName}>
              Name
            </th>
            <th scope="col" className={linePreviewClasses.columnLimit}>
              Limit
            </th>
            <th scope="col" className={linePreviewClasses.columnOutcome}>
              Outcome
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, maxShownLines).map((line) => (
            <tr key={line.line}>
              <td className="faint">{line.line}</td>
              <td className={formClasses.breakable}>{line.address ?? <span className="dim">{line.text}</span>}</td>
              <td className={formClasses.breakable}>{line.name}</td>
              <td className="nowrap">{line.limitBytes === null ? null : formatSize(line.limitBytes)}</td>
              <td>
                <Tag tone={outcomes[line.outcome].tone}>{outcomes[line.outcome].label}</Tag>
                {line.reason ? <div className="dim">{line.reason}</div> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > maxShownLines ? (
        <p className={`dim ${formClasses.none}`}>… and {lines.length - maxShownLines} lines more.</p>
      ) : null}
    </>
  );
}

/** The dialog with `PasteHosts`. It stays open while there are lines that could not be parsed. */
export function PasteDialog({ clouds, onClose }: { clouds: readonly Cloud[]; onClose: () => void }) {
  const [cloudId, setCloudId] = useState(clouds[0]?.id ?? '');
  return (
    <Dialog title="Paste hosts" size={760} onClose={onClose}>
      <CloudSelect stacked clouds={clouds} cloudId={cloudId} onChange={setCloudId} />
      <PasteHosts
        key={cloudId}
        cloudId={cloudId}
        back={<Button onClick={onClose}>Cancel</Button>}
        onAdded={(report) => {
          if (countLines(report).invalid === 0) onClose();
        }}
      />
    </Dialog>
  );
}
