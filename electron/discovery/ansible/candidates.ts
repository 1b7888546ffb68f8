import { isIPv6 } from 'node:net';
import { parseAddress } from '../../contract/address.ts';
import { type FindSource, mostCandidates } from '../../contract/discovery.ts';
import { formatCount } from '../../lib/text.ts';
import type { FoundHosts } from '../found-hosts.ts';
import { type AnsibleInventory, quoted, type Variables } from './inventory.ts';
import { readInventory } from './read.ts';

type Asked = Extract<FindSource, { kind: 'inventory' }>;

/** The variables in which kolla-ansible and openstack-ansible keep the port of glance-api, the host's own first. */
const portVariables = ['glance_api_listen_port', 'glance_api_port', 'glance_service_port', 'glance_port'];

/** The hosts of the chosen groups as addresses of glance-api. `ansible_port` is that of ssh, and is not taken for it. */
export function candidatesOfInventory(asked: Asked): FoundHosts {
  const inventory = readInventory(asked.text, asked.format);
  const { problems } = inventory;
  for (const group of asked.groups) {
    if (!inventory.has(group)) inventory.problem(null, `The inventory has no group ${quoted(group)}.`);
  }
  const byAddress = new Map<string, string>();
  const found: FoundHosts['candidates'] = [];
  const members = inventory.members(asked.groups);
  const from = `inventory: ${asked.groups.slice(0, 3).join(', ')}${asked.groups.length > 3 ? ', …' : ''}`.slice(0, 500);
  for (const name of members) {
    const address = addressOf(inventory, name, asked);
    if (address === undefined) continue;
    const twin = byAddress.get(address);
    if (twin !== undefined) {
      inventory.problem(null, `The host ${quoted(name)} has the address of ${quoted(twin)}, and is passed over.`);
      continue;
    }
    if (found.length >= mostCandidates) {
      inventory.problem(
        null,
        `The groups have ${formatCount(members.length)} hosts; the first ${formatCount(mostCandidates)} are shown.`,
      );
      break;
    }
    byAddress.set(address, name);
    found.push({ address, name: name.slice(0, 100), limitBytes: null, from });
  }
  return { candidates: found, problems };
}

function addressOf(inventory: AnsibleInventory, name: string, asked: Asked): string | undefined {
  const variables = inventory.variablesOf(name);
  const said = plain(inventory, name, variables, asked.addressFrom);
  const host = said ?? name;
  const port = plainPort(inventory, name, variables) ?? asked.port;
  const address = parseAddress(`${asked.scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  // What has a path, a login or a port of its own is no name of a host.
  if (address !== undefined && !/[/@?#\\]/.test(host)) return address;
  inventory.problem(
    null,
    `The host ${quoted(name)} is passed over: ${said === undefined ? 'its name' : `its ${asked.addressFrom.slice(0, 100)}`} is no address.`,
  );
  return undefined;
}

/** A variable as text; one with a template in it only Ansible itself could fill in. */
function plain(inventory: AnsibleInventory, host: string, variables: Variables, name: string): string | undefined {
  const value = variables.get(name)?.trim();
  if (value === undefined || value === '') return undefined;
  if (!value.includes('{{')) return value;
  inventory.problem(
    null,
    `The ${name.slice(0, 100)} of ${quoted(host)} is a template, which only Ansible can fill in: its name is taken instead.`,
  );
  return undefined;
}

function plainPort(inventory: AnsibleInventory, host: string, variables: Variables): number | undefined {
  const name = portVariables.find((one) => variables.has(one) && !variables.get(one)?.includes('{{'));
  if (name === undefined) return undefined;
  const port = Number(variables.get(name));
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  inventory.problem(null, `The ${name} of ${quoted(host)} is no port.`);
  return undefined;
}
