import type { GoldenId } from '../../../electron/contract/golden.ts';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { DriftAmount } from './drift-amount.tsx';
import { completeWords, type SetRow } from './golden-rows.ts';

/** The columns of the golden sets; the cloud only where there are several. `shown` is the one whose hosts are shown. */
export function setColumns(
  manyClouds: boolean,
  shown: GoldenId | undefined,
  onShow: (id: GoldenId) => void,
): readonly Column<SetRow>[] {
  return [
    {
      id: 'name',
      header: 'Golden set',
      sortBy: ({ set }) => set.name,
      cell: ({ set, drift }) => (
        <span className="golden-name">
          <button
            type="button"
            className="golden-shows cut"
            data-row-focus
            tabIndex={0}
            aria-current={set.id === shown || undefined}
            onClick={() => onShow(set.id)}
          >
            {set.name}
          </button>
          {set.exact ? <Tag title="What is in no golden set of a host is too much there.">exact</Tag> : null}
          {drift && drift.problems.length > 0 ? (
            <Tag tone="warn" title={drift.problems.map(({ text }) => text).join('\n')}>
              {plural(drift.problems.length, 'problem')}
            </Tag>
          ) : null}
          {set.note === '' ? null : <span className="dim cut">{set.note}</span>}
        </span>
      ),
    },
    ...(manyClouds ? [cloudColumn] : []),
    {
      id: 'images',
      header: 'Images',
      align: 'end',
      width: '118px',
      descendingFirst: true,
      sortBy: ({ drift }) => drift?.total.images ?? null,
      cell: ({ drift }) => (drift ? <DriftAmount amount={drift.total} /> : <span className="faint">–</span>),
    },
    {
      id: 'complete',
      header: 'Hosts complete',
      width: '216px',
      sortBy: (row) => (row.hosts === 0 ? null : row.complete / row.hosts),
      cell: (row) => <Complete row={row} />,
    },
    {
      id: 'missing',
      header: 'Missing',
      align: 'end',
      width: '118px',
      descendingFirst: true,
      sortBy: ({ missing }) => missing.images,
      cell: ({ missing }) => <DriftAmount amount={missing} tone="bad" />,
    },
    {
      id: 'queued',
      header: 'Queued',
      align: 'end',
      width: '118px',
      descendingFirst: true,
      sortBy: ({ queued }) => queued.images,
      cell: ({ queued }) => <DriftAmount amount={queued} />,
    },
    {
      id: 'extra',
      header: 'Extra',
      align: 'end',
      width: '118px',
      descendingFirst: true,
      sortBy: ({ set, extra }) => (set.exact ? extra.images : null),
      cell: ({ set, extra }) =>
        set.exact ? (
          <DriftAmount amount={extra} tone="warn" />
        ) : (
          <span className="hidden-text">The set is not exact: nothing is extra.</span>
        ),
    },
  ];
}

const cloudColumn: Column<SetRow> = {
  id: 'cloud',
  header: 'Cloud',
  width: '130px',
  sortBy: ({ cloudName }) => cloudName,
  cell: ({ cloudName }) => <span className="dim">{cloudName}</span>,
};

function Complete({ row }: { row: SetRow }) {
  if (!row.drift || row.hosts === 0) return <span className="dim">{completeWords(row)}</span>;
  const share = row.complete / row.hosts;
  const words = completeWords(row);
  return (
    <span className="golden-complete" title={words}>
      <span className="meter" data-golden={share === 1 ? 'whole' : undefined} aria-hidden="true">
        {share > 0 ? <i style={{ width: `${(share * 100).toFixed(1)}%` }} /> : null}
      </span>
      <span aria-hidden="true">
        {formatCount(row.complete)}/{formatCount(row.hosts)}
      </span>
      {row.unknown > 0 ? (
        <span className="dim" aria-hidden="true">
          {formatCount(row.unknown)} unknown
        </span>
      ) : null}
      <span className="hidden-text">{words}</span>
    </span>
  );
}

export const setExport: readonly ExportColumn<SetRow>[] = [
  { name: 'name', value: ({ set }) => set.name },
  { name: 'cloud', value: ({ cloudName }) => cloudName },
  { name: 'exact', value: ({ set }) => (set.exact ? 'yes' : 'no') },
  { name: 'images', value: ({ drift }) => drift?.total.images ?? null },
  { name: 'bytes', value: ({ drift }) => drift?.total.bytes ?? null },
  { name: 'hosts', value: ({ hosts }) => hosts },
  { name: 'complete', value: ({ complete }) => complete },
  { name: 'unknown', value: ({ unknown }) => unknown },
  { name: 'missing', value: ({ missing }) => missing.images },
  { name: 'missing bytes', value: ({ missing }) => missing.bytes },
  { name: 'queued', value: ({ queued }) => queued.images },
  { name: 'extra', value: ({ extra }) => extra.images },
];
