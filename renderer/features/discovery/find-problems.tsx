import type { FindProblem } from '../../../electron/contract/discovery.ts';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';

/** What was passed over or not understood: how many, and each where that is asked for. */
export function FindProblems({ problems }: { problems: readonly FindProblem[] }) {
  const [only] = problems;
  if (!only) return null;
  return (
    <Notice tone="warn">
      {problems.length === 1 ? (
        <Problem problem={only} />
      ) : (
        <details className="find-problems">
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
