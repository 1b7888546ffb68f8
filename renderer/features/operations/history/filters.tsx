import { NativeSelect, TextInput } from '@mantine/core';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import { actionKind, type Operation } from '../../../../electron/contract/operations.ts';
import { formatCount } from '../../../lib/format.ts';
import { actionWords } from '../words.ts';
import { filterOperations, type OperationFilter, type StateFilter } from './filter.ts';

type Props = {
  filter: OperationFilter;
  onFilter: (filter: OperationFilter) => void;
  operations: readonly Operation[];
  about: ReadonlySet<string> | undefined;
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

/** Which operations are shown: by state, by image, by action, by host. */
export function Filters({ filter, onFilter, operations, about, hosts }: Props) {
  return (
    <fieldset className="row operations-filters">
      <legend className="hidden-text">Filter operations</legend>
      {states.map(({ state, label }) => {
        const count = filterOperations(operations, { ...filter, state }, about).length;
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
      <span className="grow" />
      <TextInput
        type="search"
        aria-label="Image"
        className="operations-image-filter"
        placeholder="Image name or id"
        value={filter.image}
        onChange={(event) => onFilter({ ...filter, image: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label="Action"
        className="operations-action-filter"
        value={filter.kind ?? ''}
        data={[
          { value: '', label: 'Every action' },
          ...actionKind.options.map((kind) => ({ value: kind, label: actionWords[kind] })),
        ]}
        onChange={(event) => {
          const kind = actionKind.safeParse(event.currentTarget.value);
          onFilter({ ...filter, kind: kind.success ? kind.data : null });
        }}
      />
      <NativeSelect
        aria-label="Host"
        className="operations-host-filter"
        value={filter.host ?? ''}
        data={[{ value: '', label: 'Every host' }, ...hosts.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(event) => onFilter({ ...filter, host: event.currentTarget.value || null })}
      />
    </fieldset>
  );
}
