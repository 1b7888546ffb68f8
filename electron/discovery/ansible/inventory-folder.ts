import { type InventoryFile, isPassedOver } from '../../contract/discovery.ts';

/** The variables of a group or a host in a file of `group_vars/` or `host_vars/`. */
type VariablesFile = { kind: 'group' | 'host'; name: string; file: InventoryFile };

export type InventoryFolder = {
  /** The inventories, in the order in which Ansible reads them. */
  sources: InventoryFile[];
  /** The files of variables of the groups and hosts that the inventory has, in the order in which they count. */
  variables: (has: (kind: VariablesFile['kind'], name: string) => boolean) => VariablesFile[];
};

/**
 * The extensions of files of variables, in the order in which Ansible looks for them; a name without one comes first.
 */
const endings = ['', '.yml', '.yaml', '.json'];
const variableFolders = { group_vars: 'group', host_vars: 'host' } as const;

type Entry = { segments: readonly string[]; file: InventoryFile };

/**
 * Sorts the files of an inventory that is a directory, as Ansible does: `group_vars/` and `host_vars/` are beside the
 * inventories, hidden files and backups are skipped, subfolders are read as well. Of a whole repository, the folder
 * that has `group_vars/` or `host_vars/`, or is called `inventory`, is the inventory. Files without a folder are all
 * read.
 */
export function inventoryFolder(files: readonly InventoryFile[]): InventoryFolder | { problem: string } {
  const entries = files.map((file) => ({ segments: file.path.split('/').filter((part) => part !== ''), file }));
  const kept = entries.filter(({ segments }) => segments.length === 1 || !isPassedOver(segments.join('/')));
  const root = rootOf(kept);
  if ('problem' in root) return root;
  const below = kept
    .filter(({ segments }) => root.path.every((part, at) => segments[at] === part))
    .map(({ segments, file }) => ({ segments: segments.slice(root.path.length), file }))
    .sort(inOrder);
  const sources = below.filter(({ segments }) => !isVariables(segments) && segments[0] !== 'vars_plugins');
  if (sources.length === 0) {
    return { problem: 'The folder has no inventory, only variables or files that Ansible ignores.' };
  }
  return {
    sources: sources.map(({ file }) => file),
    variables: (has) => (['group_vars', 'host_vars'] as const).flatMap((folder) => variablesOf(folder, below, has)),
  };
}

function isVariables(segments: readonly string[]): boolean {
  return segments.slice(0, -1).some((part) => part in variableFolders);
}

/** The folder that is the inventory: the one that was given, or one in it. */
function rootOf(entries: readonly Entry[]): { path: readonly string[] } | { problem: string } {
  const folders = entries.map(({ segments }) => segments.slice(0, -1));
  const shared = folders.reduce((common, folder) => {
    const end = common.findIndex((part, at) => folder[at] !== part || part in variableFolders);
    return end < 0 ? common : common.slice(0, end);
  }, folders[0] ?? []);
  const owners = new Map<string, readonly string[]>();
  for (const folder of folders) {
    const at = folder.findIndex((part) => part in variableFolders);
    if (at >= 0) owners.set(folder.slice(0, at).join('/'), folder.slice(0, at));
  }
  if (owners.has(shared.join('/'))) return { path: shared };
  const named = folders
    .map((folder) => folder.slice(0, folder.findIndex((part) => /^inventor(y|ies)$/.test(part)) + 1))
    .filter((folder) => folder.length > shared.length)
    .sort((a, b) => a.length - b.length)[0];
  const [only, ...others] = [...owners.values()];
  if (only && others.length === 0) return { path: only };
  if (only) {
    const inNamed = [...owners.values()].filter((owner) => /^inventor(y|ies)$/.test(owner.at(-1) ?? ''));
    if (inNamed.length === 1 && inNamed[0]) return { path: inNamed[0] };
    const names = [...owners.keys()].slice(0, 5).join(', ').slice(0, 500);
    return { problem: `The folder has several inventories (${names}). Select the folder of one of them.` };
  }
  return { path: named ?? shared };
}

/** Ansible sorts the names in each folder. */
function inOrder({ segments: a }: Entry, { segments: b }: Entry): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [one = '', other = ''] = [a[at], b[at]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * The files of variables in a folder: for each group or host, `NAME`, which may be a folder of files, otherwise
 * `NAME.yml`, `NAME.yaml` or `NAME.json`.
 */
function variablesOf(
  folder: keyof typeof variableFolders,
  entries: readonly Entry[],
  has: (kind: VariablesFile['kind'], name: string) => boolean,
): VariablesFile[] {
  const kind = variableFolders[folder];
  const found = new Map<string, { rank: number; files: InventoryFile[] }>();
  for (const { segments, file } of entries) {
    const [first, entry = '', ...rest] = segments;
    if (first !== folder) continue;
    const last = rest.at(-1);
    if (last !== undefined && /\./.test(last) && !/\.(ya?ml|json)$/.test(last)) continue;
    for (const [rank, ending] of endings.entries()) {
      if (!entry.endsWith(ending)) continue;
      const name = entry.slice(0, entry.length - ending.length);
      if (!has(kind, name)) continue;
      const known = found.get(name);
      if (known && known.rank < rank) continue;
      if (known && known.rank === rank) known.files.push(file);
      else found.set(name, { rank, files: [file] });
    }
  }
  return [...found].flatMap(([name, { files }]) => files.map((file) => ({ kind, name, file })));
}
