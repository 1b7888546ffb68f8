import { plural } from '../../../electron/contract/counts.ts';
import type { Candidate, FindSource } from '../../../electron/contract/discovery.ts';
import type { AddressMark, HostVerdict } from '../../../electron/contract/hosts.ts';
import { StateDot } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
import { Tag } from '../../components/tag.tsx';
import { readLimit } from '../hosts/host-form-values.ts';
import { worstOutcome } from '../hosts/host-test.tsx';
import classes from './find-hosts.module.css';

/** The state of a candidate's test; undefined if it was not tested. */
export type Test = 'testing' | HostVerdict;
/** The name and the limit as the operator edited them. */
export type Edit = { name?: string; limit?: string };

/** A row of the table of candidates. */
export type CandidateRow = Candidate & {
  /** As edited, otherwise the candidate's own. */
  shownName: string;
  limit: string | undefined;
  test: Test | undefined;
  /** The name of the host of the console with this address. */
  knownAs: string | undefined;
  allMarks: readonly AddressMark[];
};

export function candidateRows(
  candidates: readonly Candidate[],
  edits: ReadonlyMap<string, Edit>,
  tests: ReadonlyMap<string, Test>,
  nameOfHost: (hostId: string) => string | undefined,
): CandidateRow[] {
  return candidates.map((candidate) => {
    const { address, name, knownHostId } = candidate;
    const edit = edits.get(address);
    const test = tests.get(address);
    return {
      ...candidate,
      shownName: edit?.name ?? name,
      limit: edit?.limit,
      test,
      knownAs: knownHostId === null ? undefined : (nameOfHost(knownHostId) ?? 'a host'),
      allMarks: allMarks(candidate, test),
    };
  });
}

/** The marks from the search and from the test. The test overrides marks of the same kind. */
function allMarks({ marks }: Candidate, test: Test | undefined): AddressMark[] {
  const tested = test === undefined || test === 'testing' ? [] : test.marks;
  const kinds = new Set(tested.map(({ kind }) => kind));
  return [...marks.filter(({ kind }) => !kinds.has(kind)), ...tested];
}

/** The initial selection: candidates that are not in the console and have no mark. */
export function initialSelection(candidates: readonly Candidate[]): RowSelection {
  const good = candidates.filter(({ knownHostId, marks }) => knownHostId === null && marks.length === 0);
  return { ids: new Set(good.map(({ address }) => address)), anchor: null };
}

/** The selection after a test: deselects a candidate that failed or looks like a load balancer, unless the operator selected it. */
export function selectionAfterTest(
  selection: RowSelection,
  byHand: ReadonlySet<string>,
  address: string,
  verdict: HostVerdict,
): RowSelection {
  const good = worstOutcome(verdict) !== 'failed' && verdict.marks.length === 0;
  if (good || byHand.has(address) || !selection.ids.has(address)) return selection;
  const ids = new Set(selection.ids);
  ids.delete(address);
  return { ...selection, ids };
}

/** The ids whose selection differs between two selections. */
export function changedIds(before: RowSelection, after: RowSelection): string[] {
  const changed = [...before.ids].filter((id) => !after.ids.has(id));
  return [...changed, ...[...after.ids].filter((id) => !before.ids.has(id))];
}

/** The limit of a row in bytes: as edited, otherwise the candidate's own, otherwise the one for all. */
function limitOf(row: CandidateRow, forAll: string): number | null {
  const own = row.limit === undefined ? undefined : readLimit(row.limit);
  if (own?.kind === 'bytes') return own.bytes;
  if (row.limit === undefined && row.limitBytes !== null) return row.limitBytes;
  const all = readLimit(forAll);
  return all.kind === 'bytes' ? all.bytes : null;
}

/** The hosts to add: the selected rows that are not in the console. */
export function hostsToAdd(rows: readonly CandidateRow[], selection: RowSelection, forAll: string) {
  return rows
    .filter(({ address, knownAs }) => knownAs === undefined && selection.ids.has(address))
    .map((row) => ({
      address: row.address,
      name: row.shownName.trim() || row.name,
      limitBytes: limitOf(row, forAll),
    }));
}

/** Why the selected rows cannot be added; undefined if they can. */
export function selectionProblem(
  rows: readonly CandidateRow[],
  selection: RowSelection,
  forAll: string,
): string | undefined {
  if (readLimit(forAll).kind === 'problem') return 'The limit for all hosts is not a valid size.';
  const chosen = rows.filter(({ address }) => selection.ids.has(address));
  const wrong = chosen.find(
    ({ limit, shownName }) => readLimit(limit ?? '').kind === 'problem' || shownName.trim().length > 100,
  );
  return wrong ? `The name or the limit of ${wrong.name} is invalid.` : undefined;
}

const sources: Record<FindSource['kind'], string> = {
  catalogue: 'in the service catalog',
  nodes: 'beside known hosts',
  inventory: 'in the inventory',
  paste: 'in the list',
};

/** `12 addresses found in the inventory, 3 of them in the console already`. */
export function foundText(kind: FindSource['kind'], candidates: readonly Candidate[]): string {
  const known = candidates.filter(({ knownHostId }) => knownHostId !== null).length;
  const count = candidates.length === 1 ? '1 address' : `${candidates.length.toLocaleString('en-US')} addresses`;
  const already = known === 0 ? '' : known === candidates.length ? ', all already added' : `, ${known} already added`;
  return `${count} found ${sources[kind]}${already}`;
}

/** A summary of the tests: `12 of 64 tested, 2 failed`. */
export function testText(rows: readonly CandidateRow[]): string {
  const tested = rows.flatMap(({ test }) => (test === undefined || test === 'testing' ? [] : [test]));
  if (tested.length === 0) return '';
  const failed = tested.filter((verdict) => worstOutcome(verdict) === 'failed').length;
  const marked = tested.filter(({ marks }) => marks.length > 0).length;
  return [
    `${tested.length} of ${rows.filter(({ knownAs }) => knownAs === undefined).length} tested`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(marked > 0 ? [`${plural(marked, 'load balancer')} suspected`] : []),
  ].join(', ');
}

/** The state of a candidate as text, with its rank in the sort order. */
function candidateState(row: CandidateRow): {
  dot: 'ok' | 'attention' | 'failed' | 'waiting';
  words: string;
  rank: number;
} {
  const { test } = row;
  if (row.knownAs !== undefined) return { dot: 'ok', words: `added as ${row.knownAs}`, rank: 5 };
  if (test === undefined) return { dot: 'waiting', words: 'not tested', rank: 4 };
  if (test === 'testing') return { dot: 'waiting', words: 'testing…', rank: 3 };
  if (worstOutcome(test) === 'failed') {
    const words = test.failure?.message ?? 'unreachable';
    return { dot: 'failed', words: words.replace(`${row.address}: `, ''), rank: 2 };
  }
  if (test.withoutLogin) {
    const words = `Responds as ${answersAs(test)}. Test it for details.`;
    return { dot: test.marks.length > 0 || worstOutcome(test) !== 'ok' ? 'attention' : 'waiting', words, rank: 1 };
  }
  const version = test.capabilities ? `API ${test.capabilities.apiVersion}` : 'answers';
  return test.marks.length > 0 ? { dot: 'attention', words: version, rank: 1 } : { dot: 'ok', words: version, rank: 0 };
}

/** `Glance 2024.2 (29) to 2026.1 (32), needs a login`. */
function answersAs({ steps }: HostVerdict): string {
  const text = (wanted: string) => steps.find(({ step }) => step === wanted)?.text ?? '';
  const release = /Glance .+(?=\.$)/.exec(text('version'))?.[0] ?? 'Glance';
  return text('caching').endsWith('needs a login.') ? `${release}, needs a login` : release;
}

const dotWords = { ok: 'OK', attention: 'warning', failed: 'failed', waiting: '' } as const;

const columns: Column<CandidateRow>[] = [
  {
    id: 'name',
    header: 'Name',
    minWidth: 130,
    priority: 'always',
    sortBy: ({ shownName }) => naturalKey(shownName),
    cell: ({ shownName }) => <MiddleTruncate text={shownName} host className="name" />,
  },
  {
    id: 'address',
    header: 'Address',
    minWidth: 150,
    sortBy: ({ address }) => naturalKey(address),
    cell: ({ address }) => <MiddleTruncate text={address} className="mono" />,
  },
  {
    id: 'standing',
    header: 'State',
    width: 220,
    minWidth: 150,
    priority: 'always',
    sortBy: (row) => candidateState(row).rank,
    cell: (row) => {
      const { dot, words } = candidateState(row);
      const dotText = row.knownAs === undefined ? dotWords[dot] : '';
      return (
        <span className={classes.standing}>
          <StateDot state={dot} />
          <span className={dot === 'failed' ? 'bad cut' : 'cut'} title={words}>
            {dotText === '' || dot === 'failed' ? null : <span className="hidden-text">{dotText}, </span>}
            {words}
          </span>
        </span>
      );
    },
  },
  {
    id: 'marks',
    header: 'Marks',
    width: 190,
    minWidth: 120,
    sortBy: ({ allMarks }) => (allMarks.length === 0 ? null : allMarks.map(({ label }) => label).join(', ')),
    cell: ({ allMarks }) =>
      allMarks.length === 0 ? null : (
        <span className={classes.marks}>
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
  width: 220,
  minWidth: 110,
  priority: 'low',
  sortBy: (row) => naturalKey(row.from),
  cell: (row) => (
    <span className="dim" title={row.from}>
      {row.from}
    </span>
  ),
};

/** The columns of the candidates. The source is shown only where it differs between them, or for the catalog. */
export function candidateColumns(kind: FindSource['kind'], candidates: readonly Candidate[]): Column<CandidateRow>[] {
  const sources = new Set(candidates.map((candidate) => candidate.from));
  return sources.size > 1 || kind === 'catalogue' ? [...columns, from] : columns;
}
