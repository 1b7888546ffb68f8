import { isIPv6 } from 'node:net';
import { formatCount } from '../contract/counts.ts';
import { type Candidate, type FindProblem, type FindSource, maxCandidates } from '../contract/discovery.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { nameOfAddress, parseAddress } from '../contract/hosts.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import { type AnsibleInventory, encryptedValue, quoted, type Variables } from './ansible/ansible-inventory.ts';
import { readInventory } from './ansible/read-inventory.ts';
import { describeEntries } from './load-balancer.ts';
import { loopbackMark } from './own-machine.ts';

/** The hosts that a source names, before they are compared with those of the console. */
export type FoundHosts = {
  candidates: (Pick<Candidate, 'address' | 'name' | 'limitBytes' | 'from'> & Partial<Pick<Candidate, 'marks'>>)[];
  problems: FindProblem[];
};

/** The image service's endpoints in the Keystone catalog, those of the cloud's own region and interface first. */
export function catalogueCandidates(entries: readonly CatalogueEntry[]): FoundHosts {
  const byAddress = new Map<string, CatalogueEntry[]>();
  const sorted = [...entries].sort((a, b) => Number(b.chosen) - Number(a.chosen));
  for (const entry of sorted) byAddress.set(entry.address, [...(byAddress.get(entry.address) ?? []), entry]);
  return {
    candidates: [...byAddress].map(([address, same]) => ({
      address,
      name: nameOfAddress(address),
      limitBytes: null,
      from: `service catalog: ${describeEntries(same)}`,
    })),
    problems: [],
  };
}

type Asked = Extract<FindSource, { kind: 'inventory' }>;

/** The variables with the port of glance-api in kolla-ansible and openstack-ansible, the host's own first. */
const portVariables = ['glance_api_listen_port', 'glance_api_port', 'glance_service_port', 'glance_port'];

/** The hosts of the chosen groups as addresses of glance-api. `ansible_port` is the port of ssh and is not used. */
export function inventoryCandidates(asked: Asked): FoundHosts {
  const inventory = readInventory(asked);
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
      inventory.problem(null, `The host ${quoted(name)} has the same address as ${quoted(twin)} and is skipped.`);
      continue;
    }
    if (found.length >= maxCandidates) {
      inventory.problem(
        null,
        `The groups have ${formatCount(members.length)} hosts; the first ${formatCount(maxCandidates)} are shown.`,
      );
      break;
    }
    byAddress.set(address, name);
    const marks = ownMachineMarks(address, name, inventory.variablesOf(name));
    found.push({ address, name: name.slice(0, 100), limitBytes: null, from, marks });
  }
  return { candidates: found, problems };
}

function addressOf(inventory: AnsibleInventory, name: string, asked: Asked): string | undefined {
  const variables = inventory.variablesOf(name);
  const value = variableOf(inventory, name, variables, asked.addressFrom);
  const host = value ?? name;
  const port = portOf(inventory, name, variables, asked) ?? asked.port;
  const address = parseAddress(`${asked.scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  // A value with a path, a login or a port is not the name of a host.
  if (address !== undefined && !/[/@?#\\]/.test(host)) return address;
  inventory.problem(
    null,
    `The host ${quoted(name)} is skipped: ${value === undefined ? 'its name' : `its ${asked.addressFrom.slice(0, 100)}`} is not an address.`,
  );
  return undefined;
}

/** The mark of a host that is `localhost` to whoever runs Ansible, as in kolla-ansible's all-in-one. */
function ownMachineMarks(address: string, name: string, variables: Variables): Candidate['marks'] {
  const mark = loopbackMark(address);
  if (mark) return [mark];
  if (!/^(ansible\.builtin\.)?local$/.test(variables.get('ansible_connection')?.trim() ?? '')) return [];
  return [
    {
      kind: 'thisMachine',
      label: 'local to Ansible',
      text: `The inventory sets ansible_connection=local for ${quoted(name)}, the machine that runs Ansible. On this machine the address may reach a different host.`,
    },
  ];
}

/** The value of a variable, unless it contains a template, which only Ansible can evaluate. */
function variableOf(inventory: AnsibleInventory, host: string, variables: Variables, name: string): string | undefined {
  const value = variables.get(name)?.trim();
  if (value === undefined || value === '') return undefined;
  const why =
    value === encryptedValue
      ? 'is encrypted with ansible-vault'
      : /\{[{%]/.test(value)
        ? 'is an Ansible template'
        : undefined;
  if (why === undefined) return value;
  inventory.problem(null, `The ${name.slice(0, 100)} of ${quoted(host)} ${why}; the host name is used instead.`);
  return undefined;
}

function portOf(inventory: AnsibleInventory, host: string, variables: Variables, asked: Asked): number | undefined {
  const name = portVariables.find((one) => variables.has(one) && !/\{[{%]/.test(variables.get(one) ?? ''));
  if (name === undefined) return undefined;
  const port = Number(variables.get(name));
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  const why = variables.get(name) === encryptedValue ? 'encrypted with ansible-vault' : 'not a port';
  inventory.problem(null, `The ${name} of ${quoted(host)} is ${why}; ${asked.port} is used instead.`);
  return undefined;
}

/** The image service's entries in the Keystone catalog; none if there is no login or the login fails. */
export async function catalogueEntries(session: Session, signal?: AbortSignal): Promise<CatalogueEntry[]> {
  try {
    return await session.catalogueEntries(signal);
  } catch (error) {
    if (error instanceof ExpectedFailure && error.failure.code !== 'interrupted') return [];
    throw error;
  }
}
