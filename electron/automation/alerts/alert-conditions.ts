import type { Alert, AlertRules } from '../../contract/alerts.ts';
import type { CloudId } from '../../contract/clouds.ts';
import { plural } from '../../contract/counts.ts';
import { hostTrouble } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { GoldenDrift, GoldenSet } from '../../contract/golden.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ScheduleState } from '../../contract/schedules.ts';
import { formatSize, formatSizeSum } from '../../contract/sizes.ts';
import type { Forecast } from '../../contract/trends.ts';
import { nextPrunes, type PruneSources } from './next-prunes.ts';

/** Something that is wrong now. It becomes an alert when it has lasted for `holdMs`. */
export type AlertCondition = Pick<
  Alert,
  'id' | 'rule' | 'severity' | 'title' | 'text' | 'hostId' | 'cloudId' | 'subjectId'
> & {
  holdMs: number;
  /** Since when it holds, in epoch milliseconds, if that is known. */
  since?: number;
};

/** A certificate of a server, or the application credential of a cloud. Times in epoch milliseconds. */
export type Expiry = {
  what: 'certificate' | 'applicationCredential';
  cloudId: CloudId;
  name: string;
  expiresAt: number;
};

export type AlertInputs = {
  rules: AlertRules;
  now: number;
  hosts: readonly HostSummary[];
  forecasts: ReadonlyMap<HostId, Forecast>;
  sets: readonly { set: GoldenSet; drift: GoldenDrift }[];
  expiries: readonly Expiry[];
  schedules: readonly ScheduleState[];
} & Pick<PruneSources, 'schedulesPaused' | 'hostJobs'>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A certificate that expires within this time is critical. */
const soonMs = 2 * dayMs;

/** Everything that is wrong now, as the rules see it. */
export function findConditions(inputs: AlertInputs): AlertCondition[] {
  const { rules } = inputs;
  const prunes = rules.timeToLimit.enabled ? nextPrunes(inputs, inputs.now) : new Map<HostId, number>();
  return [
    ...(rules.unreachable.enabled ? inputs.hosts.flatMap((host) => unreachable(host, rules)) : []),
    ...(rules.overLimit.enabled ? inputs.hosts.flatMap((host) => overLimit(host, rules)) : []),
    ...(rules.timeToLimit.enabled
      ? inputs.hosts.flatMap((host) => timeToLimit(host, inputs, prunes.get(host.id)))
      : []),
    ...(rules.queueStalled.enabled ? inputs.hosts.flatMap(queueStalled) : []),
    ...(rules.goldenDrift.enabled ? inputs.sets.flatMap((one) => goldenDrift(one, rules)) : []),
    ...(rules.scheduleFailed.enabled ? inputs.schedules.flatMap(scheduleFailed) : []),
    ...(rules.expiring.enabled ? inputs.expiries.flatMap((expiry) => expiring(expiry, inputs)) : []),
  ];
}

function ofHost(host: HostSummary, rule: Alert['rule']) {
  return { id: `${rule} ${host.id}`, rule, hostId: host.id, cloudId: host.cloudId, subjectId: null };
}

function unreachable(host: HostSummary, { unreachable: { minutes } }: AlertRules): AlertCondition[] {
  if (host.state !== 'failed' || !host.failure) return [];
  return [
    {
      ...ofHost(host, 'unreachable'),
      severity: 'critical',
      title: `${host.name} ${hostTrouble(host.failure)}`,
      text: `${host.failure.message} ${host.failure.remedy}`.slice(0, 1_000),
      holdMs: minutes * minuteMs,
      ...(host.failingSince === null ? {} : { since: host.failingSince }),
    },
  ];
}

/** Judged by the last list, also while the host does not answer. */
function overLimit(host: HostSummary, { overLimit: { minutes } }: AlertRules): AlertCondition[] {
  const { limitBytes, totals } = host;
  if (limitBytes === null || !totals || totals.sizeBytes <= limitBytes) return [];
  const { sizeBytes, unsized } = totals;
  return [
    {
      ...ofHost(host, 'overLimit'),
      severity: 'warning',
      title: `${host.name} is over its limit`,
      text: `The cache holds ${formatSizeSum({ bytes: sizeBytes, unsized })} of ${formatSize(limitBytes)}. Prune the host, or schedule a prune.`,
      holdMs: minutes * minuteMs,
    },
  ];
}

/** A cache that is pruned before it is full grows again and again by design, which needs no attention. */
function timeToLimit(
  host: HostSummary,
  { forecasts, now, rules }: AlertInputs,
  nextPrune = Number.POSITIVE_INFINITY,
): AlertCondition[] {
  const forecast = forecasts.get(host.id);
  if (forecast?.kind !== 'reaches' || forecast.inMs > rules.timeToLimit.days * dayMs) return [];
  if (nextPrune <= now + forecast.inMs) return [];
  return [
    {
      ...ofHost(host, 'timeToLimit'),
      severity: 'warning',
      title: `${host.name} reaches its limit in ${spanWords(forecast.inMs)}`,
      text: `The cache grew by ${formatSize(forecast.bytesPerDay)} a day in the last ${spanWords(forecast.overMs)}. Prune the host, or schedule a prune.`,
      holdMs: 0,
    },
  ];
}

function queueStalled(host: HostSummary): AlertCondition[] {
  const warning = host.warnings.find(({ kind }) => kind === 'queueStalled');
  if (!warning) return [];
  return [
    {
      ...ofHost(host, 'queueStalled'),
      severity: 'warning',
      title: `${host.name}: ${warning.label.toLowerCase()}`.slice(0, 300),
      text: warning.text,
      holdMs: 0,
    },
  ];
}

function goldenDrift(
  { set, drift }: { set: GoldenSet; drift: GoldenDrift },
  { goldenDrift: { minutes } }: AlertRules,
): AlertCondition[] {
  const drifted = drift.hosts.filter(({ state }) => state === 'drifted');
  if (drifted.length === 0) return [];
  const missing = drifted.reduce((sum, host) => sum + host.missing.images, 0);
  const extra = drifted.reduce((sum, host) => sum + host.extra.images, 0);
  const parts = [missing > 0 ? `${missing} missing` : '', extra > 0 ? `${extra} extra` : ''].filter(Boolean);
  return [
    {
      id: `goldenDrift ${set.id}`,
      rule: 'goldenDrift',
      severity: 'warning',
      title: `Golden set ${set.name} drifted on ${plural(drifted.length, 'host')}`,
      text: `${parts.length > 0 ? `${parts.join(' and ')}. ` : ''}Sync the set, or schedule the sync.`,
      hostId: null,
      cloudId: set.cloudId,
      subjectId: set.id,
      holdMs: minutes * minuteMs,
    },
  ];
}

/** A schedule needs the operator when it cannot run, its last run failed, it is paused for a host, or a run waits. */
function scheduleFailed({
  schedule: { id, name, enabled },
  lastRun,
  waitingRun,
  pausedHosts,
  problem,
}: AlertInputs['schedules'][number]): AlertCondition[] {
  const subject = { rule: 'scheduleFailed', hostId: null, cloudId: null, subjectId: id, holdMs: 0 } as const;
  const conditions: AlertCondition[] = [];
  const [paused] = pausedHosts;
  if (enabled && problem !== null) {
    conditions.push({
      ...subject,
      id: `scheduleFailed ${id} problem`,
      severity: 'critical',
      title: `Schedule ${name} cannot run`,
      text: problem,
    });
  } else if (paused) {
    conditions.push({
      ...subject,
      id: `scheduleFailed ${id} paused`,
      severity: 'critical',
      title: `Schedule ${name} is paused for ${plural(pausedHosts.length, 'host')}`,
      text: paused.reason,
      since: paused.since,
    });
  } else if (lastRun?.outcome === 'failed' || lastRun?.outcome === 'interrupted') {
    conditions.push({
      ...subject,
      id: `scheduleFailed ${id}`,
      severity: 'critical',
      title: `Schedule ${name} failed`,
      text: lastRun.text.slice(0, 1_000),
      since: lastRun.endedAt ?? lastRun.dueAt,
    });
  }
  if (waitingRun) {
    conditions.push({
      ...subject,
      id: `scheduleFailed ${id} waiting`,
      severity: 'warning',
      title: `Schedule ${name} waits for approval`,
      text: waitingRun.text.slice(0, 1_000),
      since: waitingRun.dueAt,
    });
  }
  return conditions;
}

function expiring(expiry: Expiry, { rules, now }: AlertInputs): AlertCondition[] {
  const leftMs = expiry.expiresAt - now;
  if (leftMs > rules.expiring.days * dayMs) return [];
  const isCertificate = expiry.what === 'certificate';
  const subject = isCertificate ? `The certificate of ${expiry.name}` : `The application credential of ${expiry.name}`;
  const when = leftMs > 0 ? `expires in ${spanWords(leftMs)}` : 'has expired';
  return [
    {
      id: `expiring ${expiry.what} ${expiry.cloudId} ${expiry.name}`.slice(0, 600),
      rule: 'expiring',
      severity: leftMs < soonMs ? 'critical' : 'warning',
      title: `${subject} ${when}`.slice(0, 300),
      text: `It expires at ${new Date(expiry.expiresAt).toISOString()}. ${
        isCertificate
          ? 'Renew it on the server before then, or clients stop trusting the server.'
          : 'Create a new application credential and enter it in the cloud settings or in clouds.yaml.'
      }`,
      hostId: null,
      cloudId: expiry.cloudId,
      subjectId: null,
      holdMs: 0,
    },
  ];
}

function spanWords(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  if (hours < 1) return plural(Math.max(1, Math.round(milliseconds / minuteMs)), 'minute');
  return hours < 48 ? plural(Math.round(hours), 'hour') : plural(Math.round(hours / 24), 'day');
}
