import { Link } from 'wouter';
import {
  type ActionKind,
  type PlannedTarget,
  type TargetOutcome,
  type TargetState,
  targetState,
} from '../../../electron/contract/operations.ts';
import { HostNameLink, ImageLink } from '../../components/entity-link.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { closeDialog } from '../../lib/dialog-store.ts';
import { exportedBytes } from '../../lib/format.ts';
import { operationPath } from '../../lib/routes.ts';
import { ByteProgressBar, StateLabel } from './operation-cells.tsx';
import {
  actionLabels,
  amountHeader,
  hasSize,
  reasonOf,
  targetAmountText,
  targetStateTag,
  targetStateText,
  targetsImages,
} from './operation-labels.ts';
import classes from './target-columns.module.css';

type Target = PlannedTarget | TargetOutcome;

/** The id of a target in a table: no two targets of a plan or of an operation share host and image. */
export const targetIdOf = (target: Target) => `${target.hostId} ${target.imageId ?? ''}`;
export const targetNameOf = (target: Target) => target.imageName ?? target.imageId ?? target.hostName;

/** Columns that identify the target of a row, for the tables in dialogs: image and host, with the reason below them. */
export function targetNameColumns<T extends Target>(targets: readonly T[], kind: ActionKind): Column<T>[] {
  const withImages = targetsImages(kind) || targets.some(({ imageId }) => imageId !== null);
  const [first] = targets;
  const severalHosts = targets.some(({ hostId }) => hostId !== first?.hostId);
  const image: Column<T> = {
    id: 'image',
    header: 'Image',
    minWidth: 190,
    priority: 'always',
    className: 'wide',
    sortBy: (target) => target.imageName ?? target.imageId,
    cell: (target) => (
      <>
        {target.imageId ? (
          <ImageLink imageId={target.imageId} name={target.imageName} />
        ) : (
          <span className="image-name">
            <span className="dim">{kind === 'prefetch' ? 'all queued images' : 'the whole cache'}</span>
          </span>
        )}
        <Reason target={target} />
      </>
    ),
  };
  const host: Column<T> = {
    id: 'host',
    header: 'Host',
    ...(withImages ? { width: 130 } : {}),
    className: 'wide',
    sortBy: (target) => target.hostName,
    cell: (target) => (
      <>
        <HostNameLink hostId={target.hostId} name={target.hostName} className={withImages ? 'dim' : 'name'} />
        {withImages ? null : <Reason target={target} />}
      </>
    ),
  };
  return [...(withImages ? [image] : []), ...(severalHosts || !withImages ? [host] : [])];
}

/**
 * The reason why a plan skips a target, with a link to the operation that is working on it. Empty if there is no
 * reason.
 */
export function PlannedReason({ target: { reason, operationId }, className = '' }: PlannedReasonProps) {
  if (!reason) return null;
  return (
    <span className={`target-reason ${className}`}>
      {reason}
      {operationId === undefined ? null : (
        <>
          {' '}
          <Link href={operationPath(operationId)} onClick={closeDialog}>
            Open the operation
          </Link>
        </>
      )}
    </span>
  );
}

type PlannedReasonProps = { target: Pick<PlannedTarget, 'reason' | 'operationId'>; className?: string | undefined };

function Reason({ target }: { target: Target }) {
  if ('verdict' in target) return <PlannedReason target={target} />;
  const { failure, text } = target;
  if (failure) {
    return (
      <span className="target-reason">
        <span className="bad">{failure.message}</span> {failure.remedy}
        {failure.requestId ? <span className="faint"> ({failure.requestId})</span> : null}
      </span>
    );
  }
  return text ? <span className="target-reason">{text}</span> : null;
}

/** The columns of the targets of an operation in its dialog. */
export function dialogTargetColumns(kind: ActionKind, targets: readonly TargetOutcome[]): Column<TargetOutcome>[] {
  return [
    ...targetNameColumns<TargetOutcome>(targets, kind),
    ...(kind === 'align' ? [stepColumn<TargetOutcome>(84)] : []),
    {
      id: 'state',
      header: 'Outcome',
      priority: 'always',
      width: 164,
      sortBy: ({ state }) => state,
      cell: ({ state, progress, method }) => {
        const { text, tone } = targetStateTag(state, progress && method);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    amountColumn(kind, kind === 'prefetch' ? 168 : 130, ({ actual, imageId, step }) => {
      if (!actual) return <span className="faint">–</span>;
      const done = step === null ? '' : step === 'queue' ? ' fetched' : ' freed';
      return `${targetAmountText(actual, imageId, kind)}${actual.images > 0 ? done : ''}`;
    }),
  ];
}

/** A row of the targets in the drawer. Its key is its position, because two targets may be equal in everything else. */
export type TargetRow = TargetOutcome & { key: string };

/** The columns of the targets in the drawer; `withImages`: whether a target is an image rather than a whole host. */
export function drawerTargetColumns(kind: ActionKind, active: boolean, withImages: boolean): Column<TargetRow>[] {
  const columns: Column<TargetRow>[] = [
    {
      id: 'outcome',
      header: 'Outcome',
      width: 130,
      minWidth: 112,
      priority: 'always',
      sortBy: ({ state }) => targetState.options.indexOf(state),
      cell: ({ state }) => (
        <StateLabel state={targetStateText(state, active)} title={targetStateText(state, active).explanation} />
      ),
    },
    {
      id: 'host',
      header: 'Host',
      width: 160,
      minWidth: 130,
      priority: 'always',
      sortBy: ({ hostName }) => naturalKey(hostName),
      cell: ({ hostId, hostName }) => <HostNameLink hostId={hostId} name={hostName} />,
    },
    ...(kind === 'align' ? [stepColumn<TargetRow>(80)] : []),
    ...(withImages ? [drawerImageColumn] : []),
    {
      id: 'reason',
      header: 'Reason',
      minWidth: 190,
      priority: 'always',
      className: 'wide',
      sortBy: (row) => reasonOf(row).text.toLowerCase(),
      cell: (row) =>
        row.failure ? <FailureText failure={row.failure} /> : <span className="dim">{reasonOf(row).text}</span>,
    },
    amountColumn(kind, kind === 'prefetch' ? 160 : 92, ({ actual }) =>
      actual && hasSize(actual) ? <Size {...sizesOf(actual)} /> : null,
    ),
  ];
  return columns.map((column) => ({ ...column, className: `${column.className ?? ''} ${classes.top}` }));
}

const drawerImageColumn: Column<TargetRow> = {
  id: 'image',
  header: 'Image',
  width: 270,
  minWidth: 150,
  priority: 'always',
  sortBy: ({ imageName, imageId }) => naturalKey(imageName ?? imageId ?? ''),
  cell: ({ imageName, imageId }) =>
    imageId === null ? null : (
      <ImageLink imageId={imageId} name={imageName} className={classes.image ?? ''} title={imageId} />
    ),
};

/** Whether a target of an `align` is queued or deleted. */
function stepColumn<T extends Pick<TargetOutcome, 'step'>>(width: number): Column<T> {
  return {
    id: 'step',
    header: 'What',
    width,
    sortBy: ({ step }) => step,
    cell: ({ step }) => (step ? actionLabels[step] : null),
  };
}

/** The fetched or freed size; while the bytes of a target arrive, the number of arrived bytes. */
function amountColumn<T extends TargetOutcome>(kind: ActionKind, width: number, amount: Column<T>['cell']): Column<T> {
  return {
    id: 'amount',
    header: amountHeader(kind),
    width,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ actual }) => actual && exportedBytes(actual),
    cell: (target) => (target.progress ? <ByteProgressBar progress={target.progress} /> : amount(target)),
  };
}

/** A state as the texts on screen name it, where refused is called skipped. */
const exportedState = (state: TargetState) => (state === 'refused' ? 'skipped' : state);

/** The export of the targets of an operation. Sizes are bytes. */
export const targetExport: ExportColumn<TargetRow>[] = [
  { name: 'host', value: ({ hostName }) => hostName },
  { name: 'image_id', value: ({ imageId }) => imageId },
  { name: 'image_name', value: ({ imageName }) => imageName },
  { name: 'step', value: ({ step }) => step },
  { name: 'outcome', value: ({ state }) => exportedState(state) },
  { name: 'reason', value: (row) => reasonOf(row).text },
  { name: 'remedy', value: (row) => row.failure?.remedy ?? null },
  { name: 'http_status', value: (row) => row.failure?.status ?? null },
  { name: 'request_id', value: (row) => row.failure?.requestId ?? null },
  { name: 'images', value: ({ actual }) => actual?.images ?? null },
  { name: 'bytes', value: ({ actual }) => actual && exportedBytes(actual) },
];
