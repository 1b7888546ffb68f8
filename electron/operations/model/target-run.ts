import type { HostAccount, OperationTargets, TargetOutcome, TargetsQuery } from '../../contract/operations.ts';
import { type Entry, sums } from './operation-run.ts';

/** The targets that a query asks for, in their order, and what all of them come to host by host. */
export function targetPage(
  entries: readonly Entry[],
  { hostId, states, from = 0, most }: TargetsQuery,
): Omit<OperationTargets, 'operation'> {
  const wanted =
    hostId === undefined && states === undefined
      ? entries
      : entries.filter(
          (entry) =>
            (hostId ?? entry.hostId) === entry.hostId && (states === undefined || states.includes(entry.state)),
        );
  const targets = wanted.slice(from, most === undefined ? undefined : from + most).map(outcomeOf);
  return { hosts: hostAccounts(entries), matching: wanted.length, targets };
}

/** What an operation comes to host by host, in the order of its plan. */
export function hostAccounts(entries: readonly Entry[]): HostAccount[] {
  const hosts = new Map<string, Entry[]>();
  for (const entry of entries) {
    const ofHost = hosts.get(entry.hostId);
    if (ofHost) ofHost.push(entry);
    else hosts.set(entry.hostId, [entry]);
  }
  return [...hosts].map(([hostId, ofHost]) => ({ hostId, hostName: ofHost[0]?.hostName ?? hostId, ...sums(ofHost) }));
}

/** A target as the page sees it. */
export function outcomeOf(entry: Entry): TargetOutcome {
  const { position: _position, tries: _tries, sentAt: _sentAt, plannedAccess: _plannedAccess, ...outcome } = entry;
  return outcome;
}
