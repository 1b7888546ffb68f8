import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { alertProcedures } from './alerts.ts';
import { addCloud, cloud, cloudId, cloudRegions, foundClouds, identity, secret, updateCloud } from './clouds.ts';
import { coverageProcedures } from './coverage.ts';
import { discoveryProcedures } from './discovery.ts';
import { failure, nothing, procedure } from './failure.ts';
import { hostImages, hostSummary } from './fleet.ts';
import { goldenProcedures } from './golden.ts';
import { hostJobsProcedures } from './host-jobs.ts';
import { addHost, hostId, hostSettings, hostVerdict, maxHosts, pasteHosts, pasteReport, updateHost } from './hosts.ts';
import { catalogue, imageServiceId, searchProcedures } from './images.ts';
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
  targetsQuery,
} from './operations.ts';
import { hostDisk, pendingSshQuestion, remoteAccess, remoteVerdict, sshAnswer } from './remote.ts';
import { scheduleProcedures } from './schedules.ts';
import { selected, selection } from './selections.ts';
import { about, notice, preferences, updatePreferences } from './settings.ts';
import { trendsProcedures } from './trends.ts';
import { wasteProcedures } from './waste.ts';

/** Totals over all hosts. */
export const fleetTotals = z.object({
  /** The number of distinct images that are cached on at least one host. */
  distinctImages: z.int().min(0),
});
export type FleetTotals = z.infer<typeof fleetTotals>;

/** The events of the stream. The first event is `state`, which carries the whole state; later events carry changes. */
export const consoleEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    preferences,
    clouds: z.array(cloud),
    hosts: z.array(hostSummary),
    fleet: fleetTotals,
    operations: z.array(operation),
    questions: z.array(pendingSshQuestion),
    /** Why the data directory cannot be written. Null while it can be. */
    storage: failure.nullable(),
  }),
  z.object({ type: z.literal('preferences'), preferences }),
  z.object({ type: z.literal('clouds'), clouds: z.array(cloud) }),
  /** Golden sets were added, changed or removed. */
  z.object({ type: z.literal('goldenSets') }),
  /** Saved waste filters were added, changed or removed. */
  z.object({ type: z.literal('wasteFilters') }),
  /** The jobs of hosts were read over ssh, or something else removed images from a host. */
  z.object({ type: z.literal('hostJobs') }),
  /** Schedules or their states changed, or a run began, ended or waits. */
  z.object({ type: z.literal('schedules') }),
  /** Alerts fired, cleared, or were acknowledged or muted. */
  z.object({ type: z.literal('alerts') }),
  /** A notice of `about` was added or dismissed. */
  z.object({ type: z.literal('notices') }),
  /** Hosts were added, changed or removed. */
  z.object({ type: z.literal('hosts'), changed: z.array(hostSummary), removed: z.array(hostId), fleet: fleetTotals }),
  /** The image catalog of an image service was read again, or reading it failed. */
  z.object({ type: z.literal('catalogue'), imageServiceId }),
  /** An operation started, progressed or ended. */
  z.object({ type: z.literal('operation'), operation }),
  /** Operations past their retention were removed. */
  z.object({ type: z.literal('operationsRemoved'), ids: z.array(operation.shape.id) }),
  /** All ssh questions that wait for the operator. A question that is no longer listed was answered or withdrawn. */
  z.object({ type: z.literal('questions'), questions: z.array(pendingSshQuestion) }),
  /** The data directory cannot be written, or can be written again. */
  z.object({ type: z.literal('storage'), storage: failure.nullable() }),
]);
export type ConsoleEvent = z.infer<typeof consoleEvent>;

/** The contract between the main process and the renderer: every call between them. */
export const contract = {
  about: procedure.input(nothing).output(about),
  /** Dismisses a notice of `about`, by its text. */
  dismissNotice: procedure.input(z.object({ notice })).output(nothing),
  /** The stream of changes. */
  events: procedure.input(nothing).output(eventIterator(consoleEvent)),
  preferences: { update: procedure.input(updatePreferences).output(preferences) },
  clouds: {
    /** The clouds in clouds.yaml, without secrets. */
    find: procedure.input(nothing).output(foundClouds),
    add: procedure.input(addCloud).output(cloud),
    update: procedure.input(updateCloud).output(cloud),
    /** Removes the cloud, its hosts and its secret from the console. Nothing is sent to the hosts. */
    remove: procedure.input(z.object({ id: cloudId })).output(nothing),
    /** Logs in again and returns the identity. */
    test: procedure.input(z.object({ id: cloudId })).output(identity),
    /** Provides the missing secret of a cloud. */
    unlock: procedure.input(z.object({ id: cloudId, secret })).output(cloud),
    /** Starts the embedded demo cloud if it is not running, and adds the cloud and its hosts. */
    openDemo: procedure.input(nothing).output(cloud),
    /**
     * The regions in a cloud's service catalogue that have an image endpoint, and that of its login. Throws the failure of
     * the login.
     */
    regions: procedure.input(z.object({ id: cloudId })).output(cloudRegions),
    /** The image catalog of an image service. */
    catalogue: procedure.input(z.object({ imageServiceId })).output(catalogue),
    /** Reads the catalogue again in the background, unless it was read very recently. The event `catalogue` follows. */
    rereadCatalogue: procedure.input(z.object({ imageServiceId })).output(nothing),
  },
  hosts: {
    add: procedure.input(addHost).output(hostSettings),
    update: procedure.input(updateHost).output(hostSettings),
    remove: procedure.input(z.object({ ids: z.array(hostId).min(1).max(maxHosts) })).output(nothing),
    paste: procedure.input(pasteHosts).output(pasteReport),
    /** Tests an address with a cloud's login, step by step. Does not add a host. */
    test: procedure.input(addHost.pick({ cloudId: true, address: true })).output(hostVerdict),
    images: procedure.input(z.object({ id: hostId })).output(hostImages),
    /** Reads the host's cache directory over ssh. Throws `unsupported` when the host has no ssh access. */
    disk: procedure.input(z.object({ id: hostId })).output(hostDisk),
    /**
     * Polls the given hosts now, or all hosts when `ids` is absent. Returns when each of them has answered or failed.
     */
    refresh: procedure.input(z.object({ ids: z.array(hostId).max(maxHosts).optional() })).output(nothing),
  },
  operations: {
    /** Resolves a selection to targets for a plan. Changes nothing on the hosts. */
    select: procedure.input(selection).output(selected),
    /** Plans an action. Changes nothing on the hosts. */
    plan: procedure.input(action).output(plan),
    /**
     * Runs a plan; a plan can run once. Throws `invalidInput` when the plan requires a typed name and `typedName`
     * differs.
     */
    start: procedure
      .input(z.object({ planId: z.string().min(1).max(64), typedName: z.string().max(200).optional() }))
      .output(operation),
    cancel: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(operation),
    /** Continues an interrupted operation: checks the state of the hosts first, then sends only what is still to do. */
    continue: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(operation),
    /** Makes a new plan from the failed targets. */
    retryFailed: procedure.input(z.object({ id: z.string().min(1).max(64) })).output(plan),
    /** Records the operator's statement that the host's service was restarted, which ends a hanging prune. */
    pruneOver: procedure.input(z.object({ hostId })).output(nothing),
    list: procedure.input(operationsQuery).output(z.object({ operations: z.array(operation) })),
    targets: procedure.input(targetsQuery).output(operationTargets),
    history: procedure.input(historyQuery).output(history),
    /** The output of a host's program, also while it runs. Call it again after each `operation` event. */
    output: procedure.input(outputQuery).output(programOutput),
  },
  remote: {
    /** Tests ssh access as typed, before it is saved. Changes nothing on the host. */
    test: procedure.input(z.object({ remote: remoteAccess })).output(remoteVerdict),
    /** Answers a question of ssh. A null answer refuses. Throws `notFound` when the question is no longer pending. */
    answer: procedure.input(sshAnswer).output(nothing),
  },
  coverage: coverageProcedures,
  golden: goldenProcedures,
  discovery: discoveryProcedures,
  trends: trendsProcedures,
  search: searchProcedures,
  waste: wasteProcedures,
  hostJobs: hostJobsProcedures,
  schedules: scheduleProcedures,
  alerts: alertProcedures,
};
export type Contract = typeof contract;
