/** The ids of the selected rows, and the row where the next range starts. */
export type RowSelection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null };

export const nothingSelected: RowSelection = { ids: new Set(), anchor: null };

/** Selects or deselects one row. The next range starts there. */
export function toggle(selection: RowSelection, id: string): RowSelection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/**
 * Gives the rows from the anchor to `id` the state of the anchor. `order` is the ids of the rows as shown; without an
 * anchor among them, only `id` is selected.
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

/** Selects all rows shown, or deselects them if all of them are selected. Rows that are not shown keep their state. */
export function toggleAll(selection: RowSelection, order: readonly string[]): RowSelection {
  const ids = new Set(selection.ids);
  if (stateOfAll(selection, order) === 'all') for (const id of order) ids.delete(id);
  else for (const id of order) ids.add(id);
  return { ids, anchor: null };
}

/** Whether all, some or none of the rows shown are selected. */
export function stateOfAll(selection: RowSelection, order: readonly string[]): 'all' | 'some' | 'none' {
  if (order.length === 0 || selection.ids.size === 0) return 'none';
  let chosen = 0;
  for (const id of order) if (selection.ids.has(id)) chosen += 1;
  return chosen === 0 ? 'none' : chosen === order.length ? 'all' : 'some';
}

/** The selection without rows that do not exist any more. Returns the same object if all exist. */
export function keepOnly(selection: RowSelection, exists: (id: string) => boolean): RowSelection {
  const gone = [...selection.ids].filter((id) => !exists(id));
  if (gone.length === 0) return selection;
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  return { ids, anchor: selection.anchor !== null && exists(selection.anchor) ? selection.anchor : null };
}
