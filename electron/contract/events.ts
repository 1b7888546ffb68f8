import { z } from 'zod';
import { cloud, cloudId } from './clouds.ts';
import { hostSummary } from './fleet.ts';
import { hostId } from './hosts.ts';
import { operation } from './operations.ts';
import { pendingSshQuestion } from './remote.ts';
import { preferences } from './settings.ts';

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
