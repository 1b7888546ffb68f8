import type { CloudId } from '../contract/clouds.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Rooms } from './rooms.ts';

/** Where hosts that changed tell something else of a login than is known of it, it is looked at again. */
export function lookAtLogins({ fleet, clouds, sessions }: Rooms, hostIds: readonly HostId[]): void {
  const wrong = new Set<CloudId>();
  const byId = new Map(clouds.list().map((cloud) => [cloud.id, cloud]));
  for (const hostId of hostIds) {
    const host = fleet.summary(hostId);
    const cloud = host && byId.get(host.cloudId);
    if (!cloud) continue;
    const works = host.state === 'reachable' && (cloud.failure !== null || cloud.identity === null);
    const fails = host.failure?.code === 'unauthenticated' && cloud.failure === null;
    if (works || fails) wrong.add(cloud.id);
  }
  for (const cloudId of wrong) sessions.check(cloudId);
}
