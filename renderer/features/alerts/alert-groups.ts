import type { Alert } from '../../../electron/contract/alerts.ts';
import { formatCount } from '../../../electron/contract/counts.ts';

/** Alerts of one rule that are shown as one entry. */
export type AlertGroup = Pick<Alert, 'rule' | 'severity'> & { alerts: readonly Alert[] };

/** Fewer alerts of a rule are shown one by one. */
const minGrouped = 3;
/** The hosts that an entry names before it is opened. */
const maxNamed = 4;

/** Groups alerts of the same rule and severity at the position of the first one, unless the rule has only a few. */
export function groupAlerts(alerts: readonly Alert[]): (Alert | AlertGroup)[] {
  const groups = Map.groupBy(alerts, ({ rule, severity }) => `${rule} ${severity}`);
  const entries: (Alert | AlertGroup)[] = [];
  for (const one of alerts) {
    const group = groups.get(`${one.rule} ${one.severity}`) ?? [];
    if (group.length < minGrouped) entries.push(one);
    else if (group[0] === one) entries.push({ rule: one.rule, severity: one.severity, alerts: group });
  }
  return entries;
}

const titles: Record<Alert['rule'], string> = {
  overLimit: 'hosts are over their limit',
  timeToLimit: 'hosts reach their limit soon',
  unreachable: 'hosts cannot be polled',
  queueStalled: 'hosts have stalled queues',
  goldenDrift: 'golden sets drifted',
  scheduleFailed: 'schedules need attention',
  expiring: 'certificates or credentials expire soon',
};

/** `13 hosts reach their limit soon`. */
export function groupTitle({ rule, alerts }: AlertGroup): string {
  return `${formatCount(alerts.length)} ${titles[rule]}`;
}

/** The hosts of a group, by name: `glance-01, glance-02 and 3 more`. Empty if the alerts are not about hosts. */
export function groupHosts({ alerts }: AlertGroup, nameOf: (hostId: string) => string | undefined): string {
  const names = alerts.flatMap(({ hostId }) => (hostId === null ? [] : (nameOf(hostId) ?? [])));
  names.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  if (names.length <= maxNamed + 1) return names.join(', ');
  return `${names.slice(0, maxNamed).join(', ')} and ${formatCount(names.length - maxNamed)} more`;
}
