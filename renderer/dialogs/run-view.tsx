import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Operation, TargetOutcome } from '../../electron/contract/operations.ts';
import { failureOf } from '../bridge/failures.ts';
import { useConsolePart } from '../bridge/live.ts';
import { queries } from '../bridge/queries.ts';
import { Button } from '../components/button.tsx';
import { FailureText } from '../components/failure-text.tsx';
import { Notice } from '../components/notice.tsx';
import type { Column, Sort } from '../components/table/columns.ts';
import { DataTable } from '../components/table/data-table.tsx';
import { Tag } from '../components/tag.tsx';
import { tellFailure } from '../shell/tell.ts';
import { closeDialog, openDialog } from './dialog-store.ts';
import { progressOf, progressWords } from './progress.ts';
import { targetColumns, targetIdOf, targetNameOf } from './target-columns.tsx';
import { amountWords, stateWord } from './words.ts';

const none: TargetOutcome[] = [];

/** A running operation, live, and then what the hosts said of each target. Closing it ends nothing. */
export function RunView({ started }: { started: Operation }) {
  const told = useConsolePart((state) => state.operations.find(({ id }) => id === started.id));
  const operation = told ?? started;
  const targets = useQuery(
    queries.operations.targets.queryOptions({ input: { id: started.id }, structuralSharing: false }),
  );
  const cancel = useMutation(queries.operations.cancel.mutationOptions({ onError: tellFailure }));
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const running = operation.endedAt === null;
  const { share, failed } = progressOf(operation);
  return (
    <>
      <div className="run">
        <span className="meter" data-size="large" data-tone={failed > 0 ? 'warn' : undefined} aria-hidden="true">
          <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
        </span>
        <p role="status">
          <b>{progressWords(operation)}</b>
          {operation.actual.images > 0 ? <span className="dim"> {amountWords(operation.actual)}.</span> : null}
        </p>
        {targets.error ? (
          <Notice tone="bad">
            <FailureText failure={failureOf(targets.error)} />
          </Notice>
        ) : (
          <Outcomes operation={operation} targets={targets.data?.targets ?? none} />
        )}
      </div>
      <div className="dialog-footer">
        <span className="dialog-sum">{running ? 'Closing this ends nothing: it goes on in Operations.' : ''}</span>
        {running ? (
          <Button
            kind="danger"
            disabled={operation.state === 'cancelling' || cancel.isPending}
            onClick={() => cancel.mutate({ id: operation.id })}
          >
            {operation.state === 'cancelling' ? 'Cancelling…' : 'Stop what is left'}
          </Button>
        ) : null}
        {!running && failed > 0 ? (
          <Button onClick={() => openDialog({ kind: 'retry', operationId: operation.id })}>
            Try the failed again…
          </Button>
        ) : null}
        <Button ref={close} kind={running ? 'plain' : 'primary'} onClick={closeDialog}>
          {running ? 'Go on in the background' : 'Done'}
        </Button>
      </div>
    </>
  );
}

function Outcomes({ operation, targets }: { operation: Operation; targets: readonly TargetOutcome[] }) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const columns: Column<TargetOutcome>[] = [
    ...targetColumns<TargetOutcome>(targets, operation.kind),
    {
      id: 'state',
      header: 'Outcome',
      width: '164px',
      sortBy: ({ state }) => state,
      cell: ({ state }) => {
        const { text, tone } = stateWord(state);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    {
      id: 'actual',
      header: operation.kind === 'queue' ? 'Fetched' : 'Freed',
      width: '130px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual }) => actual?.bytes ?? null,
      cell: ({ actual, imageId }) => {
        if (!actual) return <span className="faint">–</span>;
        return imageId === null ? amountWords(actual) : amountWords(actual).replace(/^1 image, /, '');
      },
    },
  ];
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
