import { NativeSelect, TextInput } from '@mantine/core';
import { formatCount } from '../../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import {
  type ActionKind,
  actionKind,
  type Operation,
  type TargetOutcome,
  type TargetState,
} from '../../../../electron/contract/operations.ts';
import { filterByText } from '../../../lib/text-filter.ts';
import { actionLabels } from '../operation-labels.ts';
import { countOf, isActive } from '../operation-progress.ts';
import classes from './operation-filters.module.css';

export type StateFilter = 'all' | 'running' | 'done' | 'problems' | 'cancelled' | 'interrupted';
export type OperationFilter = {
  host: string | null;
  kind: ActionKind | null;
  state: StateFilter;
  image: string;
  /** Who started them: the operator, any schedule, or the schedule with this id. */
  by: string | null;
};
/** The values of `by` for the operator and for any schedule. No schedule has such an id. */
const byOperator = 'operator';
const bySchedules = 'schedules';

export const noFilter: OperationFilter = { host: null, kind: null, state: 'all', image: '', by: null };

function inState(operation: Operation, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'running':
      return isActive(operation);
    case 'done':
      return operation.state === 'finished' && countOf(operation, ['failed', 'unknown', 'refused']) === 0;
    case 'problems':
      return countOf(operation, ['failed', 'unknown', 'refused']) > 0 || operation.state === 'interrupted';
    case 'cancelled':
      return operation.state === 'cancelled';
    case 'interrupted':
      return operation.state === 'interrupted';
  }
}

/**
 * The operations that match a filter, newest first.
 *
 * @param ofImage the ids of the operations with the image that the filter names, which only the journal knows; undefined where it names none
 */
export function filterOperations(
  operations: readonly Operation[],
  filter: OperationFilter,
  ofImage?: ReadonlySet<string>,
): Operation[] {
  return operations
    .filter(
      (operation) =>
        (ofImage === undefined || ofImage.has(operation.id)) &&
        (filter.host === null || operation.hostIds.includes(filter.host)) &&
        (filter.kind === null || operation.kind === filter.kind) &&
        startedBy(operation, filter.by) &&
        inState(operation, filter.state),
    )
    .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

function startedBy({ schedule }: Operation, by: string | null): boolean {
  if (by === null) return true;
  if (by === byOperator) return schedule === undefined;
  return by === bySchedules ? schedule !== undefined : schedule?.id === by;
}

const targetFields = ({ hostName, imageId, imageName, step, text, failure }: TargetOutcome) => [
  hostName,
  imageId,
  imageName,
  step,
  text,
  failure?.message,
];

/** The targets on a host (null: on any) that are in one of the states (none: in any) and contain the text. */
export function filterTargets<Target extends TargetOutcome>(
  targets: readonly Target[],
  states: ReadonlySet<TargetState>,
  text: string,
  hostId: string | null = null,
): readonly Target[] {
  const found = targets.filter(
    (target) => (hostId === null || target.hostId === hostId) && (states.size === 0 || states.has(target.state)),
  );
  return filterByText(found, text, targetFields);
}

const stateFilters: readonly unknown[] = [
  'all',
  'running',
  'done',
  'problems',
  'cancelled',
  'interrupted',
] satisfies StateFilter[];

/** Whether a stored value is a filter. */
export function isOperationFilter(value: unknown): value is OperationFilter {
  if (typeof value !== 'object' || value === null) return false;
  if (!('host' in value) || !('kind' in value) || !('state' in value) || !('image' in value) || !('by' in value))
    return false;
  return (
    (value.host === null || typeof value.host === 'string') &&
    (value.kind === null || actionKind.safeParse(value.kind).success) &&
    stateFilters.includes(value.state) &&
    typeof value.image === 'string' &&
    (value.by === null || typeof value.by === 'string')
  );
}

type Props = {
  filter: OperationFilter;
  onFilter: (filter: OperationFilter) => void;
  operations: readonly Operation[];
  ofImage: ReadonlySet<string> | undefined;
  hosts: readonly HostSummary[];
};

const states: { state: StateFilter; label: string }[] = [
  { state: 'all', label: 'All' },
  { state: 'running', label: 'Running' },
  { state: 'done', label: 'Done' },
  { state: 'problems', label: 'With problems' },
  { state: 'cancelled', label: 'Cancelled' },
  { state: 'interrupted', label: 'Interrupted' },
];

/** The filters of the operations, by state, image, action and host. */
export function OperationFilters({ filter, onFilter, operations, ofImage, hosts }: Props) {
  return (
    <fieldset className={`row ${classes.filters}`}>
      <legend className="hidden-text">Filter operations</legend>
      {states.map(({ state, label }) => {
        const count = filterOperations(operations, { ...filter, state }, ofImage).length;
        return (
          <button
            key={state}
            type="button"
            className="chip"
            aria-pressed={filter.state === state}
            disabled={count === 0 && filter.state !== state}
            onClick={() => onFilter({ ...filter, state: filter.state === state ? 'all' : state })}
          >
            {label} <b>{formatCount(count)}</b>
          </button>
        );
      })}
      <div className={classes.fields}>
        <TextInput
          type="search"
          aria-label="Image"
          className={classes.image}
          placeholder="Image name or id"
          value={filter.image}
          onChange={(event) => onFilter({ ...filter, image: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label="Action"
          className={classes.action}
          value={filter.kind ?? ''}
          data={[
            { value: '', label: 'Every action' },
            ...actionKind.options.map((kind) => ({ value: kind, label: actionLabels[kind] })),
          ]}
          onChange={(event) => {
            const kind = actionKind.safeParse(event.currentTarget.value);
            onFilter({ ...filter, kind: kind.success ? kind.data : null });
          }}
        />
        <StartedBySelect by={filter.by} operations={operations} onChange={(by) => onFilter({ ...filter, by })} />
        <NativeSelect
          aria-label="Host"
          className={classes.host}
          value={filter.host ?? ''}
          data={[{ value: '', label: 'Every host' }, ...hosts.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(event) => onFilter({ ...filter, host: event.currentTarget.value || null })}
        />
      </div>
    </fieldset>
  );
}

type StartedByProps = { by: string | null; operations: readonly Operation[]; onChange: (by: string | null) => void };

/** Who started the operations. Renders nothing if no schedule did. */
function StartedBySelect({ by, operations, onChange }: StartedByProps) {
  const schedules = new Map(
    operations.flatMap(({ schedule }) => (schedule ? [[schedule.id, schedule.name] as const] : [])),
  );
  if (schedules.size === 0 && by === null) return null;
  return (
    <NativeSelect
      aria-label="Started by"
      className={classes.by}
      value={by ?? ''}
      data={[
        { value: '', label: 'By anyone' },
        { value: byOperator, label: 'By the operator' },
        { value: bySchedules, label: 'By any schedule' },
        ...[...schedules].map(([id, name]) => ({ value: id, label: `By ${name}` })),
      ]}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
