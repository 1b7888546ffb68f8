import { type ActionKind, type TargetOutcome, targetState } from '../../../electron/contract/operations.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { Size } from '../../components/size.tsx';
import { type Column, naturalKey } from '../../components/table/table-columns.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { ByteProgressBar, StateLabel } from './operation-cells.tsx';
import { actionLabels, isFetching, reasonOf, targetStateText } from './operation-texts.ts';

/** What is done to each target of an operation that does two things at once. */
export function stepColumn<T extends Pick<TargetOutcome, 'step'>>(width: string, className?: string): Column<T> {
  return {
    id: 'step',
    header: 'What',
    width,
    ...(className ? { className } : {}),
    sortBy: ({ step }) => step,
    cell: ({ step }) => (step ? actionLabels[step] : null),
  };
}

/** A target with its place in the operation, which is all that tells two alike from each other. */
export type TargetRow = TargetOutcome & { key: string };

/** The columns of an operation's targets; `ofImages`: whether any of them is an image, and not a whole host. */
export function targetColumns(kind: ActionKind, live: boolean, ofImages: boolean): Column<TargetRow>[] {
  return [
    {
      id: 'outcome',
      header: 'Outcome',
      width: '130px',
      sortBy: ({ state }) => targetState.options.indexOf(state),
      className: 'targets-top',
      cell: ({ state }) => (
        <StateLabel wording={targetStateText(state, live)} title={targetStateText(state, live).explanation} />
      ),
    },
    {
      id: 'host',
      header: 'Host',
      width: '120px',
      sortBy: ({ hostName }) => naturalKey(hostName),
      className: 'targets-top',
      cell: ({ hostName }) => (
        <span className="name" title={hostName}>
          {hostName}
        </span>
      ),
    },
    ...(kind === 'align' ? [stepColumn<TargetRow>('80px', 'targets-top')] : []),
    ...(ofImages ? [imageColumn] : []),
    {
      id: 'reason',
      header: 'Reason',
      className: 'wide targets-top',
      sortBy: (row) => reasonOf(row).text.toLowerCase(),
      cell: (row) =>
        row.failure ? <FailureText failure={row.failure} /> : <span className="dim">{reasonOf(row).text}</span>,
    },
    {
      id: 'amount',
      header: kind === 'align' ? 'Amount' : isFetching(kind) ? 'Fetched' : 'Freed',
      width: kind === 'prefetch' ? '160px' : '92px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual }) => actual?.bytes ?? null,
      className: 'targets-top',
      cell: ({ actual, progress }) =>
        progress ? (
          <ByteProgressBar progress={progress} />
        ) : actual && actual.bytes > 0 ? (
          <Size bytes={actual.bytes} />
        ) : null,
    },
  ];
}

const imageColumn: Column<TargetRow> = {
  id: 'image',
  header: 'Image',
  width: '230px',
  sortBy: ({ imageName, imageId }) => naturalKey(imageName ?? imageId ?? ''),
  className: 'targets-top',
  cell: ({ imageName, imageId }) => (
    <span className="targets-image">
      {imageName === null ? null : (
        <span className="name cut" title={imageName}>
          {imageName}
        </span>
      )}
      <span className="faint mono cut" title={imageId ?? undefined}>
        {imageId}
      </span>
    </span>
  ),
};

/** What an export of the targets holds. */
export const targetExport: ExportColumn<TargetRow>[] = [
  { name: 'host', value: ({ hostName }) => hostName },
  { name: 'image_id', value: ({ imageId }) => imageId },
  { name: 'image_name', value: ({ imageName }) => imageName },
  { name: 'step', value: ({ step }) => step },
  { name: 'outcome', value: ({ state }) => state },
  { name: 'reason', value: (row) => reasonOf(row).text },
  { name: 'remedy', value: (row) => row.failure?.remedy ?? null },
  { name: 'http_status', value: (row) => row.failure?.status ?? null },
  { name: 'request_id', value: (row) => row.failure?.requestId ?? null },
  { name: 'images', value: ({ actual }) => actual?.images ?? null },
  { name: 'bytes', value: ({ actual }) => actual?.bytes ?? null },
];
