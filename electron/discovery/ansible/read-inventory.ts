import type { InventoryGroups } from '../../contract/discovery.ts';
import type { AnsibleInventory } from './ansible-inventory.ts';
import { readIni } from './inventory-ini.ts';
import { readYaml } from './inventory-yaml.ts';

/** The groups of glance-api hosts in the inventories of kolla-ansible and openstack-ansible, most likely first. */
const usualGroups = ['glance-api', 'glance_api', 'glance'];

/** The format of an inventory, by the extension of its file where there is one, else by its text. */
export function formatOf(text: string, fileName = ''): 'ini' | 'yaml' {
  if (/\.(ya?ml|json)$/i.test(fileName)) return 'yaml';
  if (/\.(ini|cfg)$/i.test(fileName)) return 'ini';
  if (/^\s*\{/.test(text) || /^---[ \t\r]*$/m.test(text)) return 'yaml';
  if (/^[ \t]*\[[^\]\n]*\][ \t\r]*(?:#.*)?$/m.test(text)) return 'ini';
  return /^["']?[\w.-]{1,255}["']?:[ \t\r]*(?:#.*)?$/m.test(text) ? 'yaml' : 'ini';
}

/** Parses an inventory of either format. Errors are listed in its `problems`; nothing is thrown. */
export function readInventory(text: string, format: 'ini' | 'yaml'): AnsibleInventory {
  return format === 'yaml' ? readYaml(text) : readIni(text);
}

/** The groups and the address variables of an inventory, for the operator to choose from. */
export function groupsOf(text: string, fileName?: string): InventoryGroups {
  const format = formatOf(text, fileName);
  const inventory = readInventory(text, format);
  const groups = inventory.counts();
  const preselected =
    usualGroups.find((name) => groups.some((group) => group.name === name && group.hosts > 0)) ?? null;
  return {
    format,
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
