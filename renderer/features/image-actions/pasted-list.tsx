import { Textarea } from '@mantine/core';
import type { Selected } from '../../../electron/contract/operations.ts';
import { Button } from '../../components/button.tsx';
import { formatCount, plural } from '../../lib/format.ts';

/** A pasted text with an image's id in the place of what stood on one of its lines, counted from 1. */
export function replaceLine(text: string, line: number, what: string, id: string): string {
  const lines = text.split('\n');
  const at = lines[line - 1];
  if (at === undefined) return text;
  lines[line - 1] = at.includes(what) ? at.replace(what, () => id) : id;
  return lines.join('\n');
}

/** Whether a pasted text is a list, rather than words to search for. */
export function isImageList(text: string): boolean {
  return text.trim().split(/\s*\n\s*/).length > 1;
}

type Props = {
  text: string;
  onText: (text: string) => void;
  selected: Selected | undefined;
  /** Where names are looked for, for the hint. */
  among: string;
};

/** A list of images, by name or id, as it stands in a ticket or a table; and what of it could not be matched. */
export function PastedList({ text, onText, selected, among }: Props) {
  return (
    <>
      <Textarea
        label="Names or ids of images"
        description={`One a line, or separated by blanks, commas or semicolons. Looked for among ${among}.`}
        classNames={{ input: 'pasted-text' }}
        inputWrapperOrder={['label', 'input', 'description']}
        rows={5}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      {selected && text.trim() !== '' ? (
        <Unmatched
          unmatched={selected.unmatched}
          onReplace={(line, what, id) => onText(replaceLine(text, line, what, id))}
        />
      ) : null}
    </>
  );
}

type Line = Selected['unmatched'][number];
const mostShown = 200;

function Unmatched({
  unmatched,
  onReplace,
}: {
  unmatched: readonly Line[];
  onReplace: (line: number, what: string, id: string) => void;
}) {
  if (unmatched.length === 0) return null;
  return (
    <section className="unmatched" aria-label="What does not match">
      <b className="warn">
        {unmatched.length === 1
          ? 'One thing that was pasted does not match:'
          : `${formatCount(unmatched.length)} things that were pasted do not match:`}
      </b>
      <ul>
        {unmatched.slice(0, mostShown).map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same text may stand twice on one line
          <li key={index}>
            <span className="faint">line {formatCount(each.line)}</span>
            <span>
              <span className="mono">{each.text}</span> <span className="dim">{each.reason}</span>
              {each.candidates.map((candidate) => (
                <span key={candidate.imageId} className="row candidate">
                  <span className="mono">{candidate.imageId}</span>
                  <span className="dim">{candidate.hosts > 0 ? `on ${plural(candidate.hosts, 'host')}` : ''}</span>
                  <Button
                    size="small"
                    aria-label={`Take ${candidate.imageId}`}
                    onClick={() => onReplace(each.line, each.text, candidate.imageId)}
                  >
                    Take this one
                  </Button>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {unmatched.length > mostShown ? (
        <span className="dim">And {formatCount(unmatched.length - mostShown)} more.</span>
      ) : null}
    </section>
  );
}
