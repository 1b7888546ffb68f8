import { type AnsibleInventory, quoted } from './ansible-inventory.ts';

const group = 'image_hosts';

/**
 * Reads the hosts of `image_hosts` in the `openstack_user_config.yml` of openstack-ansible, or in a file of its `conf.d`
 * (https://docs.openstack.org/openstack-ansible/latest/reference/inventory/openstack-user-config-reference.html).
 * glance-api runs there in a container with an address of its own, which only the generated inventory has.
 *
 * @param inventory receives the hosts as the group `image_hosts`, and the problems
 */
export function readUserConfig(
  root: ReadonlyMap<unknown, unknown>,
  inventory: AnsibleInventory,
  lines: ReadonlyMap<string, number>,
): void {
  const line = lines.get(group) ?? 1;
  const is = 'This is the openstack_user_config.yml of openstack-ansible';
  const give = 'use its generated inventory, /etc/openstack_deploy/openstack_inventory.json';
  const hosts = root.get(group);
  const taken = hosts instanceof Map ? [...hosts].filter(([name, host]) => addHost(name, host, inventory, lines)) : [];
  if (taken.length === 0) {
    inventory.problem(1, `${is} without a ${group} entry that has an address. Instead, ${give}.`);
    return;
  }
  inventory.problem(
    line,
    `${is}: the addresses are from its ${group}. If glance-api runs in a container (without no_containers), its address is not in this file: ${give}.`,
  );
}

/** Returns whether the host has an address. */
function addHost(
  name: unknown,
  host: unknown,
  inventory: AnsibleInventory,
  lines: ReadonlyMap<string, number>,
): boolean {
  if (typeof name !== 'string') return false;
  const line = lines.get(name) ?? null;
  const ip: unknown = host instanceof Map ? (host.get('ip') ?? host.get('management_ip')) : undefined;
  if (typeof ip !== 'string' || ip.trim() === '') {
    inventory.problem(line, `The host ${quoted(name)} of ${group} has no ip and is skipped.`);
    return false;
  }
  if (!inventory.group(group, lines.get(group) ?? null)) return false;
  for (const taken of inventory.hosts(name, group, line)) inventory.hostVariable(taken, 'ansible_host', ip.trim());
  return true;
}
