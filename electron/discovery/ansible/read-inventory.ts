import type { InventoryFile, InventoryGroups, InventoryInput } from '../../contract/discovery.ts';
import { describeKind, kindOfText } from '../../lib/file-kind.ts';
import { AnsibleInventory } from './ansible-inventory.ts';
import { inventoryFolder } from './inventory-folder.ts';
import { readIni } from './inventory-ini.ts';
import { readVariables, readYaml } from './inventory-yaml.ts';

/** The groups of glance-api hosts in the inventories of kolla-ansible and openstack-ansible, most likely first. */
const usualGroups = ['glance-api', 'glance_api', 'glance', 'image_hosts'];

/** The format of an inventory, by the extension of its file if there is one, otherwise by its text. */
export function formatOf(text: string, fileName = ''): 'ini' | 'yaml' {
  if (/\.(ya?ml|json)$/i.test(fileName)) return 'yaml';
  if (/\.(ini|cfg)$/i.test(fileName)) return 'ini';
  const line = firstLine(text);
  if (/^(\{|---|%YAML|- )/.test(line) || /^["']?[\w.-]{1,255}["']?:(\s|$)/.test(line)) return 'yaml';
  return 'ini';
}

/** The first line that is neither blank nor a comment. */
function firstLine(text: string): string {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? undefined : end).trim();
    if (line !== '' && !/^[#;]/.test(line)) return line.slice(0, 1_000);
    if (end < 0) break;
    at = end + 1;
  }
  return '';
}

/**
 * Parses an inventory: one text, or the files of a folder, which are read as Ansible reads a directory. Errors are listed
 * in its `problems`; nothing is thrown.
 */
export function readInventory({ text, format, fileName, files }: InventoryInput): AnsibleInventory {
  const inventory = new AnsibleInventory();
  if (files.length === 0) readSource(text, format ?? formatOf(text, fileName), inventory);
  else readFiles(files, inventory);
  inventory.reportUndefinedGroups();
  return inventory;
}

function readFiles(files: readonly InventoryFile[], inventory: AnsibleInventory): void {
  const folder = inventoryFolder(files);
  if ('problem' in folder) {
    inventory.problem(null, folder.problem);
    return;
  }
  const reading = ({ path }: InventoryFile) => {
    inventory.file = path;
  };
  for (const source of folder.sources) {
    reading(source);
    // A folder often has files with nothing but comments.
    if (kindOfText(source.text)?.empty) continue;
    readSource(source.text, formatOf(source.text, source.path), inventory);
  }
  for (const { kind, name, file } of folder.variables((kind, name) =>
    kind === 'group' ? inventory.has(name) : inventory.hasHost(name),
  )) {
    reading(file);
    readVariables(file.text, inventory, (key, value) => {
      if (kind === 'group') inventory.groupFolderVariable(name, key, value);
      else inventory.hostFolderVariable(name, key, value);
    });
  }
  inventory.file = undefined;
}

function readSource(text: string, format: 'ini' | 'yaml', inventory: AnsibleInventory): void {
  const kind = kindOfText(text);
  if (kind) {
    const { is, remedy } = describeKind(kind, 'inventory');
    inventory.problem(1, `${is} ${remedy}`);
  } else if (text.includes('\0')) inventory.problem(1, 'The file is not a text file.');
  else if (format === 'yaml') readYaml(text, inventory);
  else readIni(text, inventory);
}

/** The groups and the address variables of an inventory, for the operator to choose from. */
export function groupsOf(input: InventoryInput): InventoryGroups {
  const inventory = readInventory(input);
  const groups = inventory.counts();
  const preselected =
    usualGroups.find((name) => groups.some((group) => group.name === name && group.hosts > 0)) ?? null;
  return {
    format: formatOf(input.text, input.fileName),
    groups,
    preselected,
    addressVariables: addressVariables(inventory, preselected ?? 'all'),
    problems: inventory.problems,
  };
}

/** Hosts whose variables are examined for addresses. The hosts of a group usually have the same variables. */
const sampledHosts = 50;

function addressVariables(inventory: AnsibleInventory, group: string): string[] {
  const names = new Set<string>();
  for (const host of inventory.members([group]).slice(0, sampledHosts)) {
    for (const [name, value] of inventory.variablesOf(host)) if (looksLikeAddress(value)) names.add(name);
  }
  return [...names].filter((name) => !/pass|secret|token|key/i.test(name)).slice(0, 100);
}

/** An IP address, or a name with a dot in it. */
function looksLikeAddress(value: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) ||
    /^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}$/i.test(value) ||
    /^(?=.{1,253}$)[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/i.test(value)
  );
}
