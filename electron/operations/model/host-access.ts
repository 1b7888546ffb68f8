import type { HostAccess, HostRequests } from '../../fleet/access.ts';

/** What operations need of a host: its snapshots, and the requests that change something. */
export type OperatedHost = Omit<HostAccess, 'host'> & {
  readonly host: Pick<HostRequests, 'queue' | 'delete' | 'clear' | 'prune' | 'clean' | 'readImage'>;
};
