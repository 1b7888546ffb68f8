import { Checkbox } from '@mantine/core';
import { useMemo } from 'react';
import { formatCount, plural } from '../../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { ScheduleActionKind } from '../../../../electron/contract/schedules.ts';
import { useConsolePart } from '../../../bridge/console-state.ts';
import type { HostAction } from '../../../components/hosts/host-abilities.ts';
import { HostChooser } from '../../../components/hosts/host-chooser.tsx';
import { matchingHosts, regionText } from '../schedule-text.ts';
import { ChipChoice, ChipSet } from './chip-choice.tsx';
import { type FieldsProps, Problem } from './schedule-action-fields.tsx';
import { draftOf, type RegionChoice, type ScheduleForm } from './schedule-form.ts';

const none: never[] = [];
/** The capability that an action requires of a host. */
const abilities: Record<ScheduleActionKind, HostAction> = {
  prune: 'prune',
  clean: 'clean',
  prefetch: 'prefetch',
  golden: 'queue',
  waste: 'delete',
  refresh: 'list',
};
const sameRegion = (a: RegionChoice, b: RegionChoice) => a.cloudId === b.cloudId && a.region === b.region;
const keyOfRegion = ({ cloudId, region }: RegionChoice) => `${cloudId} ${region}`;

/** The hosts of a schedule: all, chosen ones, or those with a label, of a region or of a cloud. */
export function ScheduleTargetFields({ values, set, problem }: FieldsProps) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const labels = [...new Set([...hosts.flatMap((host) => host.labels), ...values.labels])].sort();
  const regions = useMemo(() => regionsOf(hosts, values.regions), [hosts, values.regions]);
  const count = (matches: (host: HostSummary) => boolean) => formatCount(hosts.filter(matches).length);
  const cloudNames = new Map(clouds.map(({ id, name }) => [id, name]));
  return (
    <ChipChoice
      legend="Hosts"
      choices={[
        { value: 'all', label: 'All hosts' },
        { value: 'named', label: 'Chosen hosts' },
        {
          value: 'labels',
          label: 'By label',
          whyNot: labels.length === 0 ? 'No host has a label. Set labels in Settings, Hosts.' : undefined,
        },
        { value: 'regions', label: 'By region' },
        { value: 'clouds', label: 'By cloud' },
      ]}
      value={values.targets}
      onChange={(targets) => set({ targets })}
    >
      {values.targets === 'named' ? (
        <HostChooser
          hosts={hosts}
          ability={abilities[values.action]}
          chosen={new Set(values.hostIds)}
          onChange={(chosen) => set({ hostIds: [...chosen] })}
        />
      ) : null}
      {values.targets === 'labels' ? (
        <ChipSet
          label="Labels"
          choices={labels.map((label) => ({
            value: label,
            label,
            note: count((host) => host.labels.includes(label)),
          }))}
          chosen={values.labels}
          onChange={(chosen) => set({ labels: chosen })}
        />
      ) : null}
      {values.targets === 'regions' ? (
        <ChipSet
          label="Regions"
          choices={regions.map((one) => ({
            value: one,
            label: regionText(one, { clouds: cloudNames }),
            note: count((host) => sameRegion(host, one)),
          }))}
          chosen={values.regions}
          same={sameRegion}
          keyOf={keyOfRegion}
          onChange={(chosen) => set({ regions: chosen })}
        />
      ) : null}
      {values.targets === 'clouds' ? (
        <ChipSet
          label="Clouds"
          choices={clouds.map(({ id, name }) => ({
            value: id,
            label: name,
            note: count((host) => host.cloudId === id),
          }))}
          chosen={values.cloudIds}
          onChange={(chosen) => set({ cloudIds: chosen })}
        />
      ) : null}
      {values.targets === 'named' ? null : <LaterHosts values={values} set={set} hosts={hosts} />}
      <Problem>{problem}</Problem>
    </ChipChoice>
  );
}

/** Whether hosts that are added later are included; otherwise the hosts of the schedule. */
function LaterHosts({ values, set, hosts }: Omit<FieldsProps, 'problem'> & { hosts: readonly HostSummary[] }) {
  const now = matchingHosts(draftOf(values, hosts).targets, hosts).length;
  return (
    <Checkbox
      label="Include hosts added later"
      description={values.later ? undefined : `Only the ${plural(now, 'host')} of now.`}
      checked={values.later}
      onChange={(event) => set({ later: event.currentTarget.checked })}
    />
  );
}

/** The regions of the hosts, and those that are chosen. */
function regionsOf(hosts: readonly HostSummary[], chosen: ScheduleForm['regions']): RegionChoice[] {
  const all = [...hosts.map(({ cloudId, region }) => ({ cloudId, region })), ...chosen];
  return [...new Map(all.map((one) => [keyOfRegion(one), one])).values()];
}
