import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, procedure } from './failure.ts';
import { address, addressMark, hostId, hostSettings, hostVerdict } from './hosts.ts';

/** More hosts than this are not found, tested or added at once. */
export const maxCandidates = 1_000;

/** Whether a place can be asked for hosts now, with what it is asked; or why not. */
const askable = z.discriminatedUnion('can', [
  z.object({ can: z.literal(true), text: z.string().max(1_000) }),
  z.object({ can: z.literal(false), reason: z.string().max(1_000), remedy: z.string().max(1_000) }),
]);
export type Askable = z.infer<typeof askable>;

/** Where hosts of a cloud can be found now. An inventory and a pasted list are always there. */
export const findSources = z.object({ catalogue: askable, nodes: askable });
export type FindSources = z.infer<typeof findSources>;

/** The text of an Ansible inventory: INI, YAML, or the JSON of `ansible-inventory --list`. */
const inventoryText = z.string().max(2_000_000);
const groupName = z.string().min(1).max(255);

/** What was passed over, or could not be understood. Never quotes a value of the text, which may be a secret. */
export const findProblem = z.object({ line: z.int().min(1).nullable(), text: z.string().max(1_000) });
export type FindProblem = z.infer<typeof findProblem>;

/** A group of an inventory. */
export const inventoryGroup = z.object({ name: groupName, hosts: z.int().min(0) });
export const inventoryGroups = z.object({
  format: z.enum(['ini', 'yaml']),
  groups: z.array(inventoryGroup).max(2_000),
  /** `glance-api` or `glance_api`, where there is one of them. */
  preselected: groupName.nullable(),
  /** Variables whose values look like addresses, of which one may be the host's in the network of the image service. */
  addressVariables: z.array(z.string().max(255)).max(100),
  problems: z.array(findProblem).max(200),
});
export type InventoryGroups = z.infer<typeof inventoryGroups>;

/** Which place to ask, and with what. */
export const findSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('catalogue') }),
  z.object({ kind: z.literal('nodes') }),
  z.object({
    kind: z.literal('inventory'),
    text: inventoryText,
    format: z.enum(['ini', 'yaml']),
    groups: z.array(groupName).min(1).max(2_000),
    /** The variable that holds a host's address; a host without it is known by its name. */
    addressFrom: z.string().max(255).default('ansible_host'),
    scheme: z.enum(['http', 'https']).default('http'),
    /** For hosts whose variables (`glance_api_port`) tell no other. */
    port: z.int().min(1).max(65_535).default(9292),
  }),
  z.object({ kind: z.literal('paste'), text: z.string().max(100_000) }),
]);
export type FindSource = z.infer<typeof findSource>;

/** An address that may be a host's. */
export const candidate = z.object({
  address: z.string().max(500),
  name: z.string().min(1).max(100),
  limitBytes: z.number().nullable(),
  /** Who names it: `image catalogue: public, RegionOne`. */
  from: z.string().max(500),
  /** The host of the console that it is already. */
  knownHostId: hostId.nullable(),
  marks: z.array(addressMark).max(10),
});
export type Candidate = z.infer<typeof candidate>;

export const found = z.object({
  candidates: z.array(candidate).max(maxCandidates),
  problems: z.array(findProblem).max(200),
  /** Why the place could not be asked to the end; what was found before that is there. */
  failure: failure.nullable(),
});
export type Found = z.infer<typeof found>;

/** How the test of one candidate stands. */
export const examined = z.discriminatedUnion('state', [
  z.object({ state: z.literal('testing'), address: z.string().max(500) }),
  z.object({ state: z.literal('tested'), address: z.string().max(500), verdict: hostVerdict }),
]);
export type Examined = z.infer<typeof examined>;

/** Hosts found where somebody else already lists them. Nothing here changes a host, and nothing is added but by `add`. */
export const discoveryProcedures = {
  sources: procedure.input(z.object({ cloudId })).output(findSources),
  /** The groups of an inventory, to choose from. */
  groups: procedure
    .input(z.object({ text: inventoryText, fileName: z.string().max(500).optional() }))
    .output(inventoryGroups),
  find: procedure.input(z.object({ cloudId, source: findSource })).output(found),
  /** Tests addresses as `hosts.test` does, some at a time, and tells of each as it goes. Ends with the last, or the signal. */
  examine: procedure
    .input(z.object({ cloudId, addresses: z.array(address).min(1).max(maxCandidates) }))
    .output(eventIterator(examined)),
  /** Adds the chosen ones at once. Those whose address a host has meanwhile are told, not added. */
  add: procedure
    .input(
      z.object({
        cloudId,
        hosts: z
          .array(hostSettings.pick({ name: true, address: true, limitBytes: true }))
          .min(1)
          .max(maxCandidates),
      }),
    )
    .output(
      z.object({
        added: z.array(hostSettings).max(maxCandidates),
        duplicates: z.array(z.string().max(500)).max(maxCandidates),
      }),
    ),
};
