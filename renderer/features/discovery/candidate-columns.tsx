import type { Candidate, FindSource } from '../../../electron/contract/discovery.ts';
import { StateDot } from '../../components/state-dot.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import { worstOutcome } from '../hosts/host-test.tsx';
import type { CandidateRow } from './candidate-rows.ts';

/** How a candidate stands, in words: they sort as they are listed. */
function standing(row: CandidateRow): { dot: 'ok' | 'attention' | 'failed' | 'waiting'; words: string; rank: number } {
  const { test } = row;
  if (row.knownAs !== undefined) return { dot: 'ok', words: `in the console as ${row.knownAs}`, rank: 5 };
  if (test === undefined) return { dot: 'waiting', words: 'not tested', rank: 4 };
  if (test === 'testing') return { dot: 'waiting', words: 'testing…', rank: 3 };
  if (worstOutcome(test) === 'failed') {
    const words = test.failure?.message ?? 'does not answer';
    return { dot: 'failed', words: words.replace(`${row.address}: `, ''), rank: 2 };
  }
  const version = test.capabilities ? `API ${test.capabilities.apiVersion}` : 'answers';
  return test.marks.length > 0 ? { dot: 'attention', words: version, rank: 1 } : { dot: 'ok', words: version, rank: 0 };
}

const dotWords = { ok: 'in order', attention: 'needs a look', failed: 'failed', waiting: '' } as const;

const columns: Column<CandidateRow>[] = [
  {
    id: 'name',
    header: 'Name',
    width: '17%',
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
    width: '19%',
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
];

const from: Column<CandidateRow> = {
  id: 'from',
  header: 'Found',
  width: '24%',
  sortBy: (row) => naturalKey(row.from),
  cell: (row) => (
    <span className="dim" title={row.from}>
      {row.from}
    </span>
  ),
};

/** The columns of the candidates; who named them only where that differs, or is all there is to know. */
export function candidateColumns(kind: FindSource['kind'], candidates: readonly Candidate[]): Column<CandidateRow>[] {
  const sources = new Set(candidates.map((candidate) => candidate.from));
  return sources.size > 1 || kind === 'catalogue' ? [...columns, from] : columns;
}
