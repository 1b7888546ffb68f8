import type { FindSource, FindSources, InventoryGroups } from '../../../electron/contract/discovery.ts';
import type { WhyNot } from '../../components/button.tsx';

/** What the operator says of the place to look in, while it is being typed. */
export type SourceDraft = {
  kind: FindSource['kind'];
  paste: string;
  inventory: string;
  fileName: string;
  /** Null until the operator chose: then the preselected one counts. */
  groups: ReadonlySet<string> | null;
  addressFrom: string;
  scheme: 'http' | 'https';
  port: string;
};

export const emptySourceDraft: SourceDraft = {
  kind: 'inventory',
  paste: '',
  inventory: '',
  fileName: '',
  groups: null,
  addressFrom: 'ansible_host',
  scheme: 'http',
  port: '9292',
};

/** The variable that no inventory has: hosts are then known by their names. */
export const byName = '';

/** The groups that count: those chosen, as far as the inventory has them; else the preselected one. */
export function chosenGroups(draft: SourceDraft, known: InventoryGroups | undefined): string[] {
  if (!known) return [];
  if (draft.groups === null) return known.preselected === null ? [] : [known.preselected];
  return known.groups.map(({ name }) => name).filter((name) => draft.groups?.has(name));
}

/** The place to ask; or why it cannot be asked yet. */
export function sourceOf(
  draft: SourceDraft,
  sources: FindSources | undefined,
  known: InventoryGroups | undefined,
): { source: FindSource } | { whyNot: WhyNot } {
  const not = (reason: string, remedy: string) => ({ whyNot: { reason, remedy } });
  switch (draft.kind) {
    case 'catalogue':
    case 'nodes': {
      const askable = sources?.[draft.kind];
      if (!askable) return not('It is not known yet whether this can be asked.', 'Wait a moment.');
      return askable.can ? { source: { kind: draft.kind } } : not(askable.reason, askable.remedy);
    }
    case 'paste':
      if (draft.paste.trim() === '') return not('Nothing is pasted yet.', 'Paste one address a line.');
      return { source: { kind: 'paste', text: draft.paste } };
    case 'inventory': {
      if (draft.inventory.trim() === '') return not('There is no inventory yet.', 'Open its file, or paste its text.');
      const groups = chosenGroups(draft, known);
      if (!known) return not('The inventory is being read.', 'Wait a moment.');
      if (groups.length === 0) return not('No group is chosen.', 'Choose the group of the glance-api hosts.');
      const port = Number(draft.port);
      if (!/^\d{1,5}$/.test(draft.port.trim()) || port < 1 || port > 65_535) {
        return not('The port is none.', 'Glance listens on 9292 by itself.');
      }
      const { addressFrom, scheme, inventory: text } = draft;
      return { source: { kind: 'inventory', text, format: known.format, groups, addressFrom, scheme, port } };
    }
  }
}
