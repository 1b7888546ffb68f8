import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { addCloud, cloud, cloudId, foundClouds, identity, secret, updateCloud } from './clouds.ts';
import { coverageProcedures } from './coverage.ts';
import { discoveryProcedures } from './discovery.ts';
import { nothing, procedure } from './failure.ts';
import { hostImages, hostSummary } from './fleet.ts';
import { goldenProcedures } from './golden.ts';
import { addHost, hostId, hostSettings, hostVerdict, maxHosts, pasteHosts, pasteReport, updateHost } from './hosts.ts';
import { catalogue, searchProcedures } from './images.ts';
import {
  action,
  history,
  historyQuery,
  operation,
  operationsQuery,
  operationTargets,
  outputQuery,
  plan,
  programOutput,
  selected,
  selection,
  targetsQuery,
} from './operations.ts';
import { hostDisk, pendingSshQuestion, remoteAccess, remoteVerdict, sshAnswer } from './remote.ts';
import { about, preferences, updatePreferences } from './settings.ts';
import { trendsProcedures } from './trends.ts';
import { wasteProcedures } from './waste.ts';

/** What only all hosts together tell. */
export const fleetTotals = z.object({
  /** Different images that are cached on any host. */
  distinctImages: z.int().min(0),
});
export type FleetTotals = z.infer<typeof fleetTotals>;

/** Everything that changes, in one stream. It opens with `state`, the whole; the rest are differences. */
export const consoleEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    preferences,
    clouds: z.array(cloud),
    hosts: z.array(hostSummary),
    fleet: fleetTotals,
    operations: z.array(operation),
    questions: z.array(pendingSshQuestion),
  }),
  z.object({ type: z.literal('preferences'), preferences }),
  z.object({ type: z.literal('clouds'), clouds: z.array(cloud) }),
  /** Golden sets were added, changed or removed. */
  z.object({ type: z.literal('goldenSets') }),
  /** Saved waste filters were added, changed or removed. */
  z.object({ type: z.literal('wasteFilters') }),
  /** Hosts that changed or are new, and hosts that are gone. */
  z.object({ type: z.literal('hosts'), changed: z.array(hostSummary), removed: z.array(hostId), fleet: fleetTotals }),
  /** A cloud's catalogue was read anew. */
  z.object({ type: z.literal('catalogue'), cloudId }),
  /** An operation began, went on or ended. */
  z.object({ type: z.literal('operation'), operation }),
  /** What ssh asks a person now, all of it; a question that is gone was answered, or is not wanted any more. */
  z.object({ type: z.literal('questions'), questions: z.array(pendingSshQuestion) }),
]);
export type ConsoleEvent = z.infer<typeof consoleEvent>;

/** What the main process promises the renderer: the only door between the two. */
export const contract = {
  about: procedure.input(nothing).output(about),
  /** The one stream of changes; opens with the whole state. */
  events: procedure.input(nothing).output(eventIterator(consoleEvent)),
  preferences: { update: procedure.input(updatePreferences).output(preferences) },
  clouds: {
    /** What clouds.yaml holds, for the operator to choose from. Never a secret. */
    find: procedure.input(nothing).output(foundClouds),
    add: procedure.input(addCloud).output(cloud),
    update: procedure.input(updateCloud).output(cloud),
    /** Removes the cloud, its hosts and its secret from the console; nothing on the hosts. */
    remove: procedure.input(z.object({ id: cloudId })).output(nothing),
    /** Logs in anew and tells who that is. */
    test: procedure.input(z.object({ id: cloudId })).output(identity),
    /** Hands over the secret of a cloud whose secret is missing. */
    unlock: procedure.input(z.object({ id: cloudId, secret })).output(cloud),
    /** Starts the embedded demo cloud, where it does not run yet, and adds it with its hosts. */
    openDemo: procedure.input(nothing).output(cloud),
    catalogue: procedure.input(z.object({ id: cloudId })).output(catalogue),
    /** Reads it anew behind, unless it was just read; the event `catalogue` tells when that was done. */
    rereadCatalogue: procedure.input(z.object({ id: cloudId })).output(nothing),
  },
  hosts: {
    add: procedure.input(addHost).output(hostSettings),
    update: procedure.input(updateHost).output(hostSettings),
    remove: procedure.input(z.object({ ids: z.array(hostId).min(1).max(maxHosts) })).output(nothing),
    paste: procedure.input(pasteHosts).output(pasteReport),
    /** Tries an address with a cloud's login, step by step; adds nothing. */
    test: procedure.input(addHost.pick({ cloudId: true, address: true })).output(hostVerdict),
    images: procedure.input(z.object({ id: hostId })).output(hostImages),
    /** The host's cache directory, read over ssh now. `unsupported` where no access over ssh is set up for it. */
    disk: procedure.input(z.object({ id: hostId })).output(hostDisk),
    /** Polls now; all hosts when none is named. Ends when they have answered or failed. */
    refresh: procedure.input(z.object({ ids: z.array(hostId).max(maxHosts).optional() })).output(nothing),
  },
  operations: {
    /** Which images on which hosts a selection means, for a plan. Sends nothing that changes a host. */
    select: procedure.input(selection).output(selected),
    /** What an action would do. Sends nothing that changes a host. */
    plan: procedure.input(action).output(plan),
    /** Runs a plan, once. `invalidInput` when the plan asks for a typed name and this is another. */
    start: procedure
      .input(z.object({ planId: z.string().min(1).max(64), typedName: z.string().max(200).optional() }))
      .output(operation),
    cancel: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(operation),
    /** Goes on with an interrupted operation: asks the hosts what is true first, then does only the rest. */
    continue: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(operation),
    /** A new plan of just the targets that failed. */
    retryFailed: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(plan),
    /** The operator's word that the service of a host was restarted, so that a prune that hung there is over. */
    pruneOver: procedure.input(z.object({ hostId })).output(nothing),
    list: procedure.input(operationsQuery).output(z.object({ operations: z.array(operation) })),
    targets: procedure.input(targetsQuery).output(operationTargets),
    history: procedure.input(historyQuery).output(history),
    /** What a host's program said, also while it runs: ask again when the operation tells of itself. */
    output: procedure.input(outputQuery).output(programOutput),
  },
  remote: {
    /** Tries an access over ssh, as typed. Saves nothing, changes nothing on the host. */
    test: procedure.input(z.object({ remote: remoteAccess })).output(remoteVerdict),
    /** Answers what ssh asks; null refuses. `notFound` when it is not asked any more. */
    answer: procedure.input(sshAnswer).output(nothing),
  },
  coverage: coverageProcedures,
  golden: goldenProcedures,
  discovery: discoveryProcedures,
  trends: trendsProcedures,
  search: searchProcedures,
  waste: wasteProcedures,
};
export type Contract = typeof contract;
