import type { UseFormReturnType } from '@mantine/form';
import type { FindSource, FindSources, InventoryFile, InventoryGroups } from '../../../electron/contract/discovery.ts';
import type { WhyNot } from '../../components/button.tsx';

/** The values of the form that chooses where to look for hosts. */
export type SourceValues = {
  kind: FindSource['kind'];
  paste: string;
  inventory: string;
  fileName: string;
  /** The files of an inventory with several files, instead of its text. */
  files: readonly InventoryFile[];
  /** Null until the operator chooses; until then the preselected group counts. */
  groups: readonly string[] | null;
  addressFrom: string;
  scheme: 'http' | 'https';
  /** Undefined while the typed text is not a port. */
  port: number | undefined;
};

export type SourceForm = UseFormReturnType<SourceValues>;

export const emptySource: SourceValues = {
  kind: 'inventory',
  paste: '',
  inventory: '',
  fileName: '',
  files: [],
  groups: null,
  addressFrom: 'ansible_host',
  scheme: 'http',
  port: 9_292,
};

export function hasInventory({ inventory, files }: Pick<SourceValues, 'inventory' | 'files'>): boolean {
  return files.length > 0 || inventory.trim() !== '';
}

/** The value of `addressFrom` that takes the name of a host as its address. */
export const hostNames = '';

/** The chosen groups that the inventory has, or the preselected one if nothing was chosen. */
export function chosenGroups(values: SourceValues, known: InventoryGroups | undefined): string[] {
  if (!known) return [];
  if (values.groups === null) return known.preselected === null ? [] : [known.preselected];
  return known.groups.map(({ name }) => name).filter((name) => values.groups?.includes(name));
}

/** The source to search, or the reason why it cannot be searched yet. */
export function sourceOf(
  values: SourceValues,
  sources: FindSources | undefined,
  known: InventoryGroups | undefined,
): { source: FindSource } | { whyNot: WhyNot } {
  const not = (reason: string, remedy: string) => ({ whyNot: { reason, remedy } });
  switch (values.kind) {
    case 'catalogue':
    case 'nodes': {
      const askable = sources?.[values.kind];
      if (!askable) return not('Checking whether this source is available.', 'Wait a moment.');
      return askable.can ? { source: { kind: values.kind } } : not(askable.reason, askable.remedy);
    }
    case 'paste':
      if (values.paste.trim() === '') return not('The list is empty.', 'Paste one address per line.');
      return { source: { kind: 'paste', text: values.paste } };
    case 'inventory': {
      if (!hasInventory(values)) return not('No inventory selected.', 'Open its files, or paste its text.');
      const groups = chosenGroups(values, known);
      if (!known) return not('Reading the inventory.', 'Wait a moment.');
      if (groups.length === 0) return not('No group selected.', 'Select the group of the glance-api hosts.');
      const { port } = values;
      if (port === undefined) return not('The port is invalid.', 'Glance listens on 9292 by default.');
      const { addressFrom, scheme, inventory: text } = values;
      const files = [...values.files];
      return { source: { kind: 'inventory', text, files, format: known.format, groups, addressFrom, scheme, port } };
    }
  }
}
