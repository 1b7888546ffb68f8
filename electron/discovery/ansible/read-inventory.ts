import type { InventoryGroups } from '../../contract/discovery.ts';
import { AnsibleInventory } from './ansible-inventory.ts';
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
  const reason = whyNoInventory(text);
  if (reason !== undefined) {
    const empty = new AnsibleInventory();
    empty.problem(1, reason);
    return empty;
  }
  return format === 'yaml' ? readYaml(text) : readIni(text);
}

/** Says what a file is that is no inventory that can be read. */
function whyNoInventory(text: string): string | undefined {
  if (/^\s*\$ANSIBLE_VAULT;/.test(text)) {
    return 'The file is encrypted with ansible-vault. Decrypt it first (ansible-vault view FILE > plain-inventory) and give the result.';
  }
  if (text.startsWith('PK\u0003\u0004') || text.includes('\0'))
    return 'The file is not a text file, so it is no inventory.';
  if (/^clouds:/m.test(text)) return 'This is a clouds.yaml, not an inventory: add it as a cloud.';
  if (/^(?:image_hosts|used_ips|cidr_networks):/m.test(text)) {
    return 'This is the openstack_user_config.yml of openstack-ansible. Give its inventory: /etc/openstack_deploy/openstack_inventory.json.';
  }
  return undefined;
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
