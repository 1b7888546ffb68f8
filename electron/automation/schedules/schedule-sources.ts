import type { CloudSettings } from '../../contract/clouds.ts';
import type { ExternalRemoval } from '../../contract/external-removals.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { GoldenSet } from '../../contract/golden.ts';
import type { HostJobs } from '../../contract/host-jobs.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Schedule } from '../../contract/schedules.ts';
import type { WasteFilter } from '../../contract/waste.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Golden } from '../../golden/golden.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Operations } from '../../operations/operations.ts';

/** What schedules read and use. Each value is read again whenever it is needed. */
export type ScheduleSources = {
  schedules: () => readonly Schedule[];
  /** Whether all schedules are paused. */
  paused: () => boolean;
  hosts: () => readonly HostSummary[];
  /** The last snapshot of a host. Throws `notFound`. */
  images: (hostId: HostId) => HostImages;
  clouds: () => readonly CloudSettings[];
  wasteFilters: () => readonly WasteFilter[];
  goldenSets: () => readonly GoldenSet[];
  /** The cron jobs and timers of the hosts, as last read. */
  hostJobs: () => readonly HostJobs[];
  /** What something other than this console removed from hosts, oldest first for each host. */
  externalRemovals: () => readonly ExternalRemoval[];
  fleet: Pick<Fleet, 'refresh' | 'catalogue' | 'rereadCatalogue' | 'onCatalogue' | 'onChange'>;
  golden: Pick<Golden, 'targets' | 'drift' | 'membersByHost'>;
  operations: Pick<Operations, 'plan' | 'start' | 'continue' | 'list' | 'targets' | 'onChange' | 'openAt'>;
  clock: Clock;
};
