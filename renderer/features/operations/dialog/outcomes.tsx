import { useMemo, useState } from 'react';
import type { ActionKind, Operation, TargetOutcome } from '../../../../electron/contract/operations.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column, Sort } from '../../../components/table/table-columns.ts';
import { Tag } from '../../../components/tag.tsx';
import { ByteBar } from '../byte-bar.tsx';
import { stepColumn } from '../step-column.tsx';
import { isFetching } from '../words.ts';
import { targetColumns, targetIdOf, targetNameOf } from './target-columns.tsx';
import { stateWord, targetAmountWords } from './words.ts';

type Props = { operation: Operation; targets: readonly TargetOutcome[] };

/** What became of each target of an operation. */
export function Outcomes({ operation, targets }: Props) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const columns = useMemo(() => outcomeColumns(operation.kind, targets), [operation.kind, targets]);
  return (
    <DataTable
      label="What the hosts said"
      rows={targets}
      columns={columns}
      idOf={targetIdOf}
      nameOf={targetNameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      measured
    />
  );
}

function outcomeColumns(kind: ActionKind, targets: readonly TargetOutcome[]): Column<TargetOutcome>[] {
  return [
    ...targetColumns<TargetOutcome>(targets, kind),
    ...(kind === 'align' ? [stepColumn<TargetOutcome>('84px')] : []),
    {
      id: 'state',
      header: 'Outcome',
      width: '164px',
      sortBy: ({ state }) => state,
      cell: ({ state, progress, rung }) => {
        const { text, tone } = stateWord(state, progress && rung);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    {
      id: 'actual',
      header: kind === 'align' ? 'Amount' : isFetching(kind) ? 'Fetched' : 'Freed',
      width: kind === 'prefetch' ? '168px' : '130px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual }) => actual?.bytes ?? null,
      cell: ({ actual, imageId, step, progress }) => {
        if (progress) return <ByteBar progress={progress} />;
        if (!actual) return <span className="faint">–</span>;
        const does = step === null ? '' : step === 'queue' ? ' fetched' : ' freed';
        return `${targetAmountWords(actual, imageId, kind)}${actual.images > 0 ? does : ''}`;
      },
    },
  ];
}
