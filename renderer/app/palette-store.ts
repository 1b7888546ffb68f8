import { createSpotlight } from '@mantine/spotlight';

/** The command palette's own state, and what opens it. */
export const [paletteStore, palette] = createSpotlight();

/**
 * What came later than the query takes nothing from under the operator's fingers: what is marked stays marked, wherever
 * it now stands; where nothing is marked any more, or nobody moved from the first, the first is.
 */
export function keepMarked(): void {
  const { listId, opened, query, selected } = paletteStore.getState();
  const list = listId === '' ? null : document.getElementById(listId);
  if (!opened || query.trim() === '' || !list) return;
  const actions = [...list.querySelectorAll('[data-action]')];
  const marked = actions.findIndex((action) => action.hasAttribute('data-selected'));
  const wanted = marked < 0 || selected <= 0 ? 0 : marked;
  if (marked !== wanted) {
    actions[marked]?.removeAttribute('data-selected');
    actions[wanted]?.setAttribute('data-selected', 'true');
  }
  if (selected !== wanted) paletteStore.updateState((state) => ({ ...state, selected: wanted }));
}
