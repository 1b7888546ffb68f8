import { useMemo } from 'react';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { type Deed, whyNone, whyNot } from './abilities.ts';
import type { WhyNot } from './button.tsx';

export type Reasons = {
  /** Why a host cannot do something, and the way to get it; undefined where it can. */
  whyNot: (host: HostSummary, name: Deed) => WhyNot | undefined;
  /** The same for several hosts: only where none of them can is there a reason. */
  whyNone: (hosts: readonly HostSummary[], name: Deed) => WhyNot | undefined;
};

/** Why things cannot be done on hosts: for what the hosts cannot do, and where the cloud is read-only in this console. */
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
