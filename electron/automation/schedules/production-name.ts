import type { CloudSettings } from '../../contract/clouds.ts';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId, HostSettings } from '../../contract/hosts.ts';
import { isDestructive, type Schedule } from '../../contract/schedules.ts';

type Hosts = readonly Pick<HostSettings, 'id' | 'cloudId'>[];
type Clouds = readonly Pick<CloudSettings, 'id' | 'name' | 'production'>[];

/**
 * The name that the operator has to type to save, turn on or import a schedule that deletes images on a production
 * cloud: that of the cloud, or of the schedule when several production clouds are concerned. Null if none is needed.
 */
export function requiredName(
  { name, action }: Pick<Schedule, 'name' | 'action'>,
  hostIds: readonly HostId[],
  hosts: Hosts,
  clouds: Clouds,
): string | null {
  if (!isDestructive(action, action.kind === 'golden' && action.deleteExtra)) return null;
  const chosen = new Set(hostIds);
  const cloudIds = new Set(hosts.flatMap(({ id, cloudId }) => (chosen.has(id) ? [cloudId] : [])));
  const production = clouds.filter(({ id, production }) => production && cloudIds.has(id));
  if (production.length === 0) return null;
  return production.length === 1 ? (production[0]?.name ?? name) : name;
}

/** Throws `invalidInput` if a name is required and `typed` is another. */
export function checkName(required: string | null, typed: string | undefined): void {
  if (required === null || typed?.trim() === required.trim()) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: 'This schedule deletes images on a production cloud, and the confirmation name is missing.',
    remedy: `Type ${required} to confirm. Nothing was saved.`,
  });
}
