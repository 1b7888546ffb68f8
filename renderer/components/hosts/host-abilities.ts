import { useMemo } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { AbilityName, MaintenanceMethod } from '../../../electron/contract/hosts.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import type { WhyNot } from '../button.tsx';

/** An action on a host. */
export type HostAction = AbilityName | 'prefetch';

/** The read-only clouds of this console: their names by id. */
type ReadOnly = ReadonlyMap<CloudId, string>;
const noReadOnlyClouds: ReadOnly = new Map();

/** The reason why a host cannot do an action, and the remedy; undefined if the host can do it. */
function whyNot(host: HostSummary, name: HostAction, readOnly: ReadOnly = noReadOnlyClouds): WhyNot | undefined {
  const cloud = readOnly.get(host.cloudId);
  if (cloud !== undefined && name !== 'list') {
    return {
      reason: `${cloud} is read-only in this console. All changes are blocked.`,
      remedy: 'Turn off read-only in Settings, Clouds.',
    };
  }
  const methods = name === 'prune' || name === 'clean' || name === 'prefetch' ? host.maintenance[name] : [];
  if (methods.length > 0) return noUsableMethod(methods);
  const ability = name === 'prefetch' ? undefined : host.capabilities?.abilities[name];
  if (ability?.can) return undefined;
  if (ability) return { reason: ability.reason, remedy: ability.remedy };
  if (host.failure) return { reason: host.failure.message, remedy: host.failure.remedy };
  return { reason: `${host.name} has not responded yet.`, remedy: 'Wait for its first response, or refresh.' };
}

/**
 * The reasons why no method is usable, with the remedies. The last method is the easiest to set up, so its remedy comes
 * first.
 */
function noUsableMethod(methods: readonly MaintenanceMethod[]): WhyNot | undefined {
  const closed = methods.flatMap((method) => (method.usable ? [] : [method]));
  if (closed.length < methods.length) return undefined;
  return {
    reason: closed.map(({ reason }) => reason).join(' '),
    remedy: closed
      .map(({ remedy }) => remedy)
      .toReversed()
      .join(' Or: '),
  };
}

/** The reason why none of several hosts can do an action: that of the first. Undefined if at least one can. */
function whyNone(
  hosts: readonly HostSummary[],
  name: HostAction,
  readOnly: ReadOnly = noReadOnlyClouds,
): WhyNot | undefined {
  const [first] = hosts;
  if (!first) return { reason: 'No hosts yet.', remedy: 'Add hosts in Settings.' };
  if (hosts.some((host) => whyNot(host, name, readOnly) === undefined)) return undefined;
  const why = whyNot(first, name, readOnly);
  if (!why || hosts.length === 1 || readOnly.has(first.cloudId)) return why;
  return { reason: `Not supported by the selected hosts. ${first.name}: ${why.reason}`, remedy: why.remedy };
}

export type Reasons = {
  /** The reason why a host cannot do an action; undefined if it can. */
  whyNot: (host: HostSummary, name: HostAction) => WhyNot | undefined;
  /** The same for several hosts: undefined if at least one can. */
  whyNone: (hosts: readonly HostSummary[], name: HostAction) => WhyNot | undefined;
};

/** Why actions on hosts are disabled, because of the host or because its cloud is read-only in this console. */
export function useWhyNot(): Reasons {
  const clouds = useConsolePart((state) => state.clouds);
  return useMemo(() => {
    const readOnly = new Map(clouds?.filter((cloud) => cloud.readOnly).map(({ id, name }) => [id, name]));
    return {
      whyNot: (host, name) => whyNot(host, name, readOnly),
      whyNone: (hosts, name) => whyNone(hosts, name, readOnly),
    };
  }, [clouds]);
}
