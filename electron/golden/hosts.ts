import type { GoldenProblem, GoldenSet } from '../contract/golden.ts';
import type { HostSettings } from '../contract/hosts.ts';

/** The hosts that a set is for, in the order of the fleet, and what is wrong with how they are named. */
export function hostsOf<Host extends Pick<HostSettings, 'id' | 'cloudId' | 'labels'>>(
  { cloudId, hosts: wanted }: Pick<GoldenSet, 'cloudId' | 'hosts'>,
  all: readonly Host[],
): { hosts: Host[]; problems: GoldenProblem[] } {
  const ofCloud = all.filter((host) => host.cloudId === cloudId);
  const hosts = ofCloud.filter((host) => isMeant(wanted, host));
  const problems: string[] = [];
  if (wanted.kind === 'named') {
    const gone = wanted.hostIds.length - hosts.length;
    if (gone === 1) problems.push('One of its hosts is not in the console any more.');
    if (gone > 1) problems.push(`${gone} of its hosts are not in the console any more.`);
  }
  if (wanted.kind === 'labels') {
    for (const label of wanted.labels) {
      if (!ofCloud.some(({ labels }) => labels.includes(label))) problems.push(`No host has the label “${label}”.`);
    }
  }
  if (hosts.length === 0) problems.push('The set is for no host.');
  return { hosts, problems: problems.map((text) => ({ part: null, text })) };
}

function isMeant(wanted: GoldenSet['hosts'], { id, labels }: Pick<HostSettings, 'id' | 'labels'>): boolean {
  switch (wanted.kind) {
    case 'all':
      return true;
    case 'labels':
      return wanted.labels.some((label) => labels.includes(label));
    case 'named':
      return wanted.hostIds.includes(id);
  }
}
