import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  builtInWasteFilters,
  type WasteConditions,
  type WasteFilter,
  wasteConditions,
} from '../../../electron/contract/waste.ts';
import { queries } from '../../bridge/queries.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { sameConditions } from './words.ts';

const [first] = builtInWasteFilters;
const none: WasteFilter[] = [];

function isEdited(value: unknown): value is WasteConditions | null {
  return value === null || wasteConditions.safeParse(value).success;
}

/** The filters there are, the one that is shown, and what the operator changed of it. Kept through navigation and restart. */
export function useFilters() {
  const saved = useQuery(queries.waste.filters.queryOptions({ input: {} })).data?.filters ?? none;
  const [id, setId] = usePersistentState('waste.filter', first?.id ?? '', isString);
  const [edited, setEdited] = usePersistentState<WasteConditions | null>('waste.conditions', null, isEdited);
  const all = useMemo(() => [...builtInWasteFilters, ...saved], [saved]);
  const current = all.find((filter) => filter.id === id) ?? first;
  if (!current) throw new Error('There is no filter');
  const conditions = useMemo(() => wasteConditions.parse(edited ?? current.conditions), [edited, current]);
  return {
    all,
    current,
    /** Whether it is the operator's own, to be changed and removed. */
    own: saved.some((filter) => filter.id === current.id),
    conditions,
    changed: !sameConditions(conditions, current.conditions),
    choose: (filter: WasteFilter) => {
      setId(filter.id);
      setEdited(null);
    },
    edit: (change: Partial<WasteConditions>) => setEdited({ ...conditions, ...change }),
    undo: () => setEdited(null),
  };
}
export type Filters = ReturnType<typeof useFilters>;

/** Saves and removes filters; the list of them follows. */
export function useFilterChanges(onDone: () => void) {
  const cache = useQueryClient();
  const changed = async () => {
    await cache.invalidateQueries({ queryKey: queries.waste.filters.key() });
    onDone();
  };
  return {
    save: useMutation(queries.waste.saveFilter.mutationOptions({ onSuccess: changed })),
    remove: useMutation(queries.waste.removeFilter.mutationOptions({ onSuccess: changed })),
  };
}
