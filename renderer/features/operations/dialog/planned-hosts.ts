import type { HostId } from '../../../../electron/contract/hosts.ts';
import type { PlannedTarget } from '../../../../electron/contract/operations.ts';

/** What a plan comes to on one host; bytes of what will be done. What an `align` deletes is counted apart. */
export type PlannedHost = {
  hostId: HostId;
  hostName: string;
  willDo: number;
  goes: number;
  alreadyDone: number;
  refused: number;
  bytes: number;
  frees: number;
  /** Why targets are left out there, where it is the same for all of them. */
  reason: string | null;
};

/** A plan's targets summed up by their hosts, in the plan's order. */
export function plannedHosts(targets: readonly PlannedTarget[]): PlannedHost[] {
  const hosts = new Map<HostId, PlannedHost & { reasons: Set<string> }>();
  for (const { hostId, hostName, step, verdict, expected, reason } of targets) {
    let host = hosts.get(hostId);
    if (!host) {
      host = {
        hostId,
        hostName,
        willDo: 0,
        goes: 0,
        alreadyDone: 0,
        refused: 0,
        bytes: 0,
        frees: 0,
        reason: null,
        reasons: new Set(),
      };
      hosts.set(hostId, host);
    }
    const goes = step === 'delete';
    host[verdict === 'willDo' && goes ? 'goes' : verdict] += 1;
    if (verdict === 'willDo') host[goes ? 'frees' : 'bytes'] += expected?.bytes ?? 0;
    if (verdict === 'refused' && reason !== null) host.reasons.add(reason);
  }
  return [...hosts.values()].map(({ reasons, ...host }) => ({
    ...host,
    reason: reasons.size === 1 ? ([...reasons][0] ?? null) : null,
  }));
}
