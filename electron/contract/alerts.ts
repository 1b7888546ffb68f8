import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { nothing, procedure } from './failure.ts';
import { hostId } from './hosts.ts';

export const alertRule = z.enum([
  'overLimit',
  'timeToLimit',
  'unreachable',
  'queueStalled',
  'goldenDrift',
  'scheduleFailed',
  'expiring',
]);

const enabled = z.boolean().default(true);
const minutes = z.int().min(0).max(10_080);
const days = z.int().min(1).max(365);

/** The conditions of an alert. A condition with minutes fires only after it held for that time. */
export const alertRules = z.object({
  overLimit: z.object({ enabled, minutes: minutes.default(0) }).prefault({}),
  /**
   * The trend of the last day reaches the limit within this many days, and neither a schedule nor a job prunes the host
   * before.
   */
  timeToLimit: z.object({ enabled, days: days.default(3) }).prefault({}),
  unreachable: z.object({ enabled, minutes: minutes.default(5) }).prefault({}),
  queueStalled: z.object({ enabled }).prefault({}),
  goldenDrift: z.object({ enabled, minutes: minutes.default(30) }).prefault({}),
  scheduleFailed: z.object({ enabled }).prefault({}),
  /** A server's certificate or the application credential of a cloud expires within this many days. */
  expiring: z.object({ enabled, days: days.default(14) }).prefault({}),
  /** Whether the desktop shows a system notification when an alert fires. */
  notify: z.boolean().default(true),
});
export type AlertRules = z.infer<typeof alertRules>;

export const alertId = z.string().min(1).max(600);
export type AlertId = z.infer<typeof alertId>;

/** An alert that is firing. Times in epoch milliseconds. */
export const alert = z.object({
  id: alertId,
  rule: alertRule,
  severity: z.enum(['warning', 'critical']),
  /** `glance-01 is over its limit`. */
  title: z.string().max(300),
  /** Details, and what to do. */
  text: z.string().max(1_000),
  /** The subject of the alert. Null if that does not apply. */
  hostId: hostId.nullable(),
  cloudId: cloudId.nullable(),
  /** The id of the golden set or of the schedule that it is about. */
  subjectId: z.string().max(64).nullable(),
  since: z.number(),
  /** When the operator acknowledged it. Null when it still needs attention. */
  acknowledgedAt: z.number().nullable(),
  /** Until when it is muted, also if it fires again in the meantime. Null when it is not. */
  mutedUntil: z.number().nullable(),
});
export type Alert = z.infer<typeof alert>;

/** The maximum number of stored alerts. */
export const maxAlerts = 2_000;
const alertIds = z.array(alertId).min(1).max(maxAlerts);

/** Whether an alert still needs attention. */
export function needsAttention({ acknowledgedAt, mutedUntil }: Alert, now: number): boolean {
  return acknowledgedAt === null && (mutedUntil === null || mutedUntil <= now);
}

export const alertProcedures = {
  /** The firing alerts, critical ones first, then the latest. */
  list: procedure.input(nothing).output(z.object({ alerts: z.array(alert).max(maxAlerts) })),
  /** Takes alerts out of the count, until they clear. Alerts that have cleared meanwhile are ignored. */
  acknowledge: procedure.input(z.object({ ids: alertIds })).output(nothing),
  /** Mutes alerts for a number of minutes, also when they clear and fire again. Null unmutes them. */
  mute: procedure
    .input(
      z.object({
        ids: alertIds,
        minutes: z
          .int()
          .min(1)
          .max(60 * 24 * 365)
          .nullable(),
      }),
    )
    .output(nothing),
};
