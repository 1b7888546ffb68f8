import { StateDot } from '../../components/state-dot.tsx';
import type { Column } from '../../components/table/columns.ts';
import { naturalKey } from '../../components/table/natural-key.ts';
import { Tag } from '../../components/tag.tsx';
import { worstOf } from '../verdict-words.ts';
import type { CandidateRow } from './candidate-rows.ts';

/** How a candidate stands, in words: they sort as they are listed. */
function standing(row: CandidateRow): { dot: 'ok' | 'attention' | 'failed' | 'waiting'; words: string; rank: number } {
  const { test } = row;
  if (row.knownAs !== undefined) return { dot: 'ok', words: `in the console as ${row.knownAs}`, rank: 5 };
  if (test === undefined) return { dot: 'waiting', words: 'not tested', rank: 4 };
  if (test === 'testing') return { dot: 'waiting', words: 'testing…', rank: 3 };
  if (worstOf(test) === 'failed') return { dot: 'failed', words: test.failure?.message ?? 'does not answer', rank: 2 };
  const version = test.capabilities ? `API ${test.capabilities.apiVersion}` : 'answers';
  return test.marks.length > 0 ? { dot: 'attention', words: version, rank: 1 } : { dot: 'ok', words: version, rank: 0 };
}

const dotWords = { ok: 'in order', attention: 'needs a look', failed: 'failed', waiting: '' } as const;

/** The columns of the candidates. */
export const candidateColumns: Column<CandidateRow>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '18%',
    sortBy: ({ shownName }) => naturalKey(shownName),
    cell: ({ shownName }) => (
      <span className="name" title={shownName}>
        {shownName}
      </span>
    ),
  },
  {
    id: 'address',
    header: 'Address',
    sortBy: ({ address }) => naturalKey(address),
    cell: ({ address }) => (
      <span className="mono" title={address}>
        {address}
      </span>
    ),
  },
  {
    id: 'standing',
    header: 'State',
    width: '22%',
    sortBy: (row) => standing(row).rank,
    cell: (row) => {
      const { dot, words } = standing(row);
      const told = row.knownAs === undefined ? dotWords[dot] : '';
      return (
        <span className="find-standing">
          <StateDot state={dot} />
          <span className={dot === 'failed' ? 'bad cut' : 'cut'} title={words}>
            {told === '' || dot === 'failed' ? null : <span className="hidden-text">{told}, </span>}
            {words}
          </span>
        </span>
      );
    },
  },
  {
    id: 'marks',
    header: 'Marks',
    width: '20%',
    sortBy: ({ allMarks }) => (allMarks.length === 0 ? null : allMarks.map(({ label }) => label).join(', ')),
    cell: ({ allMarks }) =>
      allMarks.length === 0 ? null : (
        <span className="find-marks">
          {allMarks.map(({ kind, label, text }) => (
            <Tag key={kind} tone="warn" title={text}>
              {label}
            </Tag>
          ))}
        </span>
      ),
  },
  {
    id: 'from',
    header: 'Found',
    width: '18%',
    sortBy: ({ from }) => naturalKey(from),
    cell: ({ from }) => (
      <span className="dim" title={from}>
        {from}
      </span>
    ),
  },
];
