import { useWindowState } from '../../lib/persistent-state.ts';

/** Chosen rows by id, and the row that a range goes on from. */
export type RowSelection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null };

export const nothingSelected: RowSelection = { ids: new Set(), anchor: null };

/** One row more, or one less; ranges go on from it. */
export function toggle(selection: RowSelection, id: string): RowSelection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/**
 * The rows from the anchor to `id` take the state that the anchor has (chosen, where there is no anchor). `order` is
 * the rows as shown; an anchor that is no longer among them counts as none.
 */
export function extendTo(selection: RowSelection, order: readonly string[], id: string): RowSelection {
  const to = order.indexOf(id);
  if (to < 0) return selection;
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  if (from < 0 || selection.anchor === null) return { ids: new Set([...selection.ids, id]), anchor: id };
  const choose = selection.ids.has(selection.anchor) || from === to;
  const ids = new Set(selection.ids);
  for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (choose) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: selection.anchor };
}

/** All shown rows beside those chosen already; or, when all shown ones are, none of the shown ones. */
export function toggleAll(selection: RowSelection, order: readonly string[]): RowSelection {
  const ids = new Set(selection.ids);
  if (stateOfAll(selection, order) === 'all') for (const id of order) ids.delete(id);
  else for (const id of order) ids.add(id);
  return { ids, anchor: null };
}

/** Whether all, some or none of the shown rows are chosen. */
export function stateOfAll(selection: RowSelection, order: readonly string[]): 'all' | 'some' | 'none' {
  if (order.length === 0 || selection.ids.size === 0) return 'none';
  let chosen = 0;
  for (const id of order) if (selection.ids.has(id)) chosen += 1;
  return chosen === 0 ? 'none' : chosen === order.length ? 'all' : 'some';
}

/** The selection without rows that are no longer there. The same object when all are. */
export function keepOnly(selection: RowSelection, exists: (id: string) => boolean): RowSelection {
  const gone = [...selection.ids].filter((id) => !exists(id));
  if (gone.length === 0) return selection;
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  return { ids, anchor: selection.anchor !== null && exists(selection.anchor) ? selection.anchor : null };
}

/** The selection of a table: it survives navigation and is lost when the window closes. */
export function useSelectionState(key: string) {
  return useWindowState<RowSelection>(`selection.${key}`, nothingSelected);
}
