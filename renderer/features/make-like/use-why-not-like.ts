import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { useConsolePart } from '../../bridge/live.ts';
import type { WhyNot } from '../../components/button.tsx';
import { useWhyNot } from '../../components/use-why-not.ts';

const none: HostSummary[] = [];
const alone: WhyNot = { reason: 'There is no other host.', remedy: 'Add hosts in Settings.' };

/** Why a host cannot be made like another, and why none can be made like it; undefined where it can. */
export function useWhyNotLike() {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const { whyNot, whyNone } = useWhyNot();
  return {
    takes: (host: HostSummary) => (hosts.length < 2 ? alone : whyNot(host, 'queue')),
    gives: (host: HostSummary) => {
      if (hosts.length < 2) return alone;
      if (host.refreshedAt === null) {
        return { reason: `What ${host.name} has cached is not known.`, remedy: 'Wait for its first answer.' };
      }
      return whyNone(
        hosts.filter(({ id }) => id !== host.id),
        'queue',
      );
    },
  };
}
