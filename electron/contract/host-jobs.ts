import { z } from 'zod';
import { externalRemoval, maxExternalRemovals } from './external-removals.ts';
import { failure, nothing, procedure } from './failure.ts';
import { hostId, maxHosts } from './hosts.ts';
import { remoteProgram } from './remote.ts';

/** A job of the host itself that maintains its cache: a line of a crontab, or a systemd timer. */
export const hostJob = z.object({
  /** The Glance program that it runs. A request to `/v2/cache/prune` or `/clean` counts as its program. */
  program: remoteProgram,
  kind: z.enum(['cron', 'timer']),
  /** `crontab of glance`, `/etc/cron.d/glance`, `glance-cache-pruner.timer`. */
  source: z.string().max(4_200),
  /** The user that it runs as. Null when unknown. */
  user: z.string().max(200).nullable(),
  /** `*\/30 * * * *`, `@daily`, `OnCalendar=hourly`. */
  when: z.string().max(500),
  command: z.string().max(2_000),
  /** False for a timer that is not active. */
  active: z.boolean(),
});
export type HostJob = z.infer<typeof hostJob>;

/** The maintenance jobs of one host, as last read over ssh. Times in epoch milliseconds. */
export const hostJobs = z.object({
  hostId,
  /** Null while they were never read. `jobs` is empty then. */
  readAt: z.number().nullable(),
  jobs: z.array(hostJob).max(200),
  /** Places that the user of the ssh access cannot read: jobs there are unknown. */
  unread: z.array(z.string().max(4_200)).max(50),
  /** Why the last attempt to read them failed. */
  failure: failure.nullable(),
});
export type HostJobs = z.infer<typeof hostJobs>;

/** A job to copy to a host: the console never writes it there. */
export const jobSuggestion = z.object({
  program: remoteProgram,
  kind: z.enum(['cron', 'timer']),
  /** Where to put it, such as `/etc/cron.d/glance-cache-pruner`. */
  path: z.string().max(4_200),
  text: z.string().max(10_000),
  /** Notes about it on this release. Empty if there are none. */
  note: z.string().max(1_000),
});
export type JobSuggestion = z.infer<typeof jobSuggestion>;

/** The jobs of the hosts themselves, and the signs of jobs elsewhere. Nothing is changed there. */
export const hostJobsProcedures = {
  /**
   * The last reading of every host that has ssh access, and what something other than this console removed from hosts,
   * oldest first for each host. The event `hostJobs` reports their changes.
   */
  list: procedure.input(nothing).output(
    z.object({
      hosts: z.array(hostJobs).max(maxHosts),
      removals: z.array(externalRemoval).max(maxHosts * maxExternalRemovals),
    }),
  ),
  /** Reads the jobs of a host over ssh now. Throws `unsupported` when the host has no ssh access. */
  read: procedure.input(z.object({ hostId })).output(hostJobs),
  /** Jobs for this host that prune and clean, with its own paths. Throws as `read` does. */
  suggest: procedure
    .input(z.object({ hostId }))
    .output(z.object({ suggestions: z.array(jobSuggestion).max(10), release: z.string().max(50).nullable() })),
};
