import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, procedure } from './failure.ts';
import { address, addressMark, hostId, hostSettings, hostVerdict } from './hosts.ts';

/** The maximum number of hosts that one call finds, tests or adds. */
export const maxCandidates = 1_000;

/** Whether a source can be searched for hosts now: a description of the source, or why it cannot be searched. */
const askable = z.discriminatedUnion('can', [
  z.object({ can: z.literal(true), text: z.string().max(1_000) }),
  z.object({ can: z.literal(false), reason: z.string().max(1_000), remedy: z.string().max(1_000) }),
]);
export type Askable = z.infer<typeof askable>;

/** The sources that can be searched for hosts of a cloud now. An inventory and a pasted list are always available. */
export const findSources = z.object({ catalogue: askable, nodes: askable });
export type FindSources = z.infer<typeof findSources>;

/** Characters of an inventory, in all of its files together. */
export const maxInventoryLength = 2_000_000;
export const maxInventoryFiles = 5_000;

/** Names of files that Ansible passes over in a directory (its option INVENTORY_IGNORE_EXTS). */
const passedOverName = /(^\.|~$|\.(orig|cfg|retry|pyc|pyo|swp|bak|rpm|md|txt|rst)$)/;

/** Whether Ansible passes over a file or folder in an inventory that is a directory: it is hidden, a backup, or no inventory. */
export function isPassedOver(path: string): boolean {
  return path.split('/').some((part) => passedOverName.test(part));
}

/** A file of an inventory, with its path below the folder that the operator gave, with `/`. */
const inventoryFile = z.object({ path: z.string().min(1).max(1_000), text: z.string().max(maxInventoryLength) });
export type InventoryFile = z.infer<typeof inventoryFile>;

/** An Ansible inventory: INI, YAML, or the JSON of `ansible-inventory --list`. */
const inventory = {
  /** The text of an inventory of one file. */
  text: z.string().max(maxInventoryLength).default(''),
  /** The files of an inventory of several. */
  files: z
    .array(inventoryFile)
    .max(maxInventoryFiles)
    .refine((files) => files.reduce((sum, { text }) => sum + text.length, 0) <= maxInventoryLength)
    .default([]),
};
export type InventoryInput = {
  text: string;
  format?: 'ini' | 'yaml' | undefined;
  fileName?: string | undefined;
  files: readonly InventoryFile[];
};
const groupName = z.string().min(1).max(255);

/**
 * A part of the text that was skipped or could not be parsed. Never quotes a value of the text, which may be a secret.
 */
export const findProblem = z.object({
  /** The file of a folder. Absent if there is one text. */
  file: z.string().max(500).optional(),
  line: z.int().min(1).nullable(),
  text: z.string().max(1_000),
});
export type FindProblem = z.infer<typeof findProblem>;

/** A group of an inventory. */
const inventoryGroup = z.object({ name: groupName, hosts: z.int().min(0) });
export const inventoryGroups = z.object({
  /** The format of the text, if the inventory is a text. */
  format: z.enum(['ini', 'yaml']),
  groups: z.array(inventoryGroup).max(2_000),
  /** `glance-api` or `glance_api`, when the inventory has one of these groups. */
  preselected: groupName.nullable(),
  /**
   * Variables whose values look like addresses. One of them may hold the host's address in the image service's network.
   */
  addressVariables: z.array(z.string().max(255)).max(100),
  problems: z.array(findProblem).max(200),
});
export type InventoryGroups = z.infer<typeof inventoryGroups>;

/** The source to search, and its parameters. */
export const findSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('catalogue') }),
  z.object({ kind: z.literal('nodes') }),
  z.object({
    kind: z.literal('inventory'),
    ...inventory,
    /** The format of `text`. */
    format: z.enum(['ini', 'yaml']),
    groups: z.array(groupName).min(1).max(2_000),
    /** The variable that holds a host's address. A host without the variable is addressed by its name. */
    addressFrom: z.string().max(255).default('ansible_host'),
    scheme: z.enum(['http', 'https']).default('http'),
    /** The default port, for hosts without the variable `glance_api_port`. */
    port: z.int().min(1).max(65_535).default(9292),
  }),
  z.object({ kind: z.literal('paste'), text: z.string().max(100_000) }),
]);
export type FindSource = z.infer<typeof findSource>;

/** An address that may belong to a host. */
export const candidate = z.object({
  address: z.string().max(500),
  name: z.string().min(1).max(100),
  limitBytes: z.number().nullable(),
  /** The source that lists the address, such as `image catalog: public, RegionOne`. */
  from: z.string().max(500),
  /** The id of the host that already has this address in the console. Null when there is none. */
  knownHostId: hostId.nullable(),
  marks: z.array(addressMark).max(10),
});
export type Candidate = z.infer<typeof candidate>;

export const found = z.object({
  candidates: z.array(candidate).max(maxCandidates),
  problems: z.array(findProblem).max(200),
  /** Why the search stopped early. The candidates found before that are listed. */
  failure: failure.nullable(),
});
export type Found = z.infer<typeof found>;

/** The progress of one candidate's test. */
export const examined = z.discriminatedUnion('state', [
  z.object({ state: z.literal('testing'), address: z.string().max(500) }),
  z.object({ state: z.literal('tested'), address: z.string().max(500), verdict: hostVerdict }),
]);
export type Examined = z.infer<typeof examined>;

/** Finds hosts in existing lists. Sends no request that changes a host, and only `add` adds hosts to the console. */
export const discoveryProcedures = {
  sources: procedure.input(z.object({ cloudId })).output(findSources),
  /** The groups of an inventory that the operator can choose. */
  groups: procedure.input(z.object({ ...inventory, fileName: z.string().max(500).optional() })).output(inventoryGroups),
  find: procedure.input(z.object({ cloudId, source: findSource })).output(found),
  /**
   * Tests addresses, a few at a time, and yields the progress of each. Ends after the last address, or when the caller
   * aborts. `chosen`: the operator has chosen these addresses, so they are tested as `hosts.test` does, with the cloud's
   * token. Others are named by a list or by another host, and receive only requests that need no token.
   */
  examine: procedure
    .input(
      z.object({ cloudId, addresses: z.array(address).min(1).max(maxCandidates), chosen: z.boolean().default(false) }),
    )
    .output(eventIterator(examined)),
  /**
   * Adds the chosen hosts in one step. An address that a host already has is not added, but returned in `duplicates`.
   */
  add: procedure
    .input(
      z.object({
        cloudId,
        region: hostSettings.shape.region,
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
