import { useState } from 'react';
import type { AbilityName, HostId } from '../../electron/contract/hosts.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { useWhyNot } from './use-why-not.ts';

const none: never[] = [];

/** The hosts of one cloud that a dialog works on: of those offered, those that the operator chose. */
export function useChosenHosts(hostIds: readonly HostId[], ability: AbilityName) {
  const { whyNot } = useWhyNot();
  const all = (useConsolePart((state) => state.hosts) ?? none).filter(({ id }) => hostIds.includes(id));
  const clouds = (useConsolePart((state) => state.clouds) ?? none).filter(({ id }) =>
    all.some(({ cloudId }) => cloudId === id),
  );
  const [cloudId, setCloudId] = useState(clouds[0]?.id ?? '');
  const [wanted, setWanted] = useState<ReadonlySet<HostId>>(
    () => new Set(all.filter((host) => all.length === 1 || !whyNot(host, ability)).map(({ id }) => id)),
  );
  const hosts = all.filter((host) => host.cloudId === cloudId);
  const chosen = hosts.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
  return { clouds, cloudId, setCloudId, hosts, wanted, setWanted, chosen };
}
