import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { AbilityName } from '../../electron/contract/hosts.ts';
import type { WhyNot } from './button.tsx';

/** Why a host cannot do something, and the way to get it; undefined where it can. */
export function whyNot(host: HostSummary, name: AbilityName): WhyNot | undefined {
  const ability = host.capabilities?.abilities[name];
  if (ability?.can) return undefined;
  if (ability) return { reason: ability.reason, remedy: ability.remedy };
  if (host.failure) return { reason: host.failure.message, remedy: host.failure.remedy };
  return { reason: `${host.name} has not answered yet.`, remedy: 'Wait for its first answer, or refresh.' };
}

/** The same for several hosts: only where none of them can is there a reason, that of the first. */
export function whyNone(hosts: readonly HostSummary[], name: AbilityName): WhyNot | undefined {
  const [first] = hosts;
  if (!first) return { reason: 'There is no host.', remedy: 'Add hosts in Settings.' };
  if (hosts.some((host) => whyNot(host, name) === undefined)) return undefined;
  const why = whyNot(first, name);
  if (!why || hosts.length === 1) return why;
  return { reason: `None of these hosts can. ${first.name}: ${why.reason}`, remedy: why.remedy };
}
