import type { Cloud } from '../../contract/clouds.ts';
import { plural } from '../../contract/counts.ts';
import type { Failure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';

/** Whether the console does its work. The problems are for the operator and have no secrets. */
export type Health = { status: 'ok' | 'degraded'; problems: string[] };

export type HealthInputs = {
  clouds: readonly Pick<Cloud, 'name' | 'failure'>[];
  hosts: readonly Pick<HostSummary, 'state'>[];
  /** Why the data directory cannot be written; null when it can. */
  storage: Pick<Failure, 'message'> | null;
};

/**
 * Judges the console's own health. One host that does not answer is no problem of the console, but when none does, the
 * cause is likely here: its network, its login or its proxy.
 */
export function healthOf({ clouds, hosts, storage }: HealthInputs): Health {
  const problems = clouds.flatMap(({ name, failure }) =>
    failure ? [`The login to the cloud ${name} does not work: ${failure.message}`] : [],
  );
  if (storage) problems.unshift(storage.message);
  if (hosts.length > 0 && hosts.every(({ state }) => state === 'failed')) {
    problems.push(
      hosts.length === 1 ? 'The host does not answer.' : `None of ${plural(hosts.length, 'host')} answers.`,
    );
  }
  return { status: problems.length > 0 ? 'degraded' : 'ok', problems };
}
