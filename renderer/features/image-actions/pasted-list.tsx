import { Textarea } from '@mantine/core';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { Selected } from '../../../electron/contract/selections.ts';
import { Button } from '../../components/button.tsx';
import classes from './pasted-list.module.css';

/** Returns a pasted text in which an image id replaces a text on one of its lines. Lines count from 1. */
export function replaceLine(text: string, line: number, what: string, id: string): string {
  const lines = text.split('\n');
  const at = lines[line - 1];
  if (at === undefined) return text;
  lines[line - 1] = at.includes(what) ? at.replace(what, () => id) : id;
  return lines.join('\n');
}

/** Whether a pasted text is a list of images rather than a text to search for. */
export function isImageList(text: string): boolean {
  return text.trim().split(/\s*\n\s*/).length > 1;
}

type Props = {
  text: string;
  onText: (text: string) => void;
  selected: Selected | undefined;
  /** Where names are searched, for the hint. */
  among: string;
};

/** A field for a pasted list of image names or ids, with the entries below it that match no image or several. */
export function PastedList({ text, onText, selected, among }: Props) {
  return (
    <>
      <Textarea
        label="Image names or IDs"
        description={`One per line, or separated by spaces, commas or semicolons. Searches ${among}.`}
        classNames={{ input: classes.text }}
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
const maxShown = 200;

function Unmatched({
  unmatched,
  onReplace,
}: {
  unmatched: readonly Line[];
  onReplace: (line: number, what: string, id: string) => void;
}) {
  if (unmatched.length === 0) return null;
  return (
    <section className={classes.unmatched} aria-label="Entries not found">
      <b className="warn">
        {unmatched.length === 1 ? '1 entry not found:' : `${formatCount(unmatched.length)} entries not found:`}
      </b>
      <ul>
        {unmatched.slice(0, maxShown).map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line may contain the same text twice
          <li key={index}>
            <span className="faint">line {formatCount(each.line)}</span>
            <span>
              <span className="mono">{each.text}</span> <span className="dim">{each.reason}</span>
              {each.candidates.map((candidate) => (
                <span key={candidate.imageId} className={`row ${classes.candidate}`}>
                  <span className="mono">{candidate.imageId}</span>
                  <span className="dim">{candidate.hosts > 0 ? `on ${plural(candidate.hosts, 'host')}` : ''}</span>
                  <Button
                    size="small"
                    aria-label={`Use ${candidate.imageId}`}
                    onClick={() => onReplace(each.line, each.text, candidate.imageId)}
                  >
                    Use this one
                  </Button>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {unmatched.length > maxShown ? (
        <span className="dim">And {formatCount(unmatched.length - maxShown)} more.</span>
      ) : null}
    </section>
  );
}
