import type { SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { parseJson } from '../../contract/parse-json.ts';
import { scheduleRun } from '../../contract/schedules.ts';
import type { DatabaseArea } from '../../store/salvage-database.ts';

/** The tables of schedules, step by step; steps are only ever added. */
const steps: readonly string[] = [
  // A due run is recorded once, whatever the clock does: see the unique index.
  `CREATE TABLE schedule_runs (
     id TEXT PRIMARY KEY,
     schedule_id TEXT NOT NULL,
     schedule_name TEXT NOT NULL,
     action TEXT NOT NULL,
     cause TEXT NOT NULL,
     due_at INTEGER NOT NULL,
     due_runs INTEGER NOT NULL,
     started_at INTEGER,
     ended_at INTEGER,
     outcome TEXT NOT NULL,
     text TEXT NOT NULL,
     operation_id TEXT,
     host_ids TEXT,
     skipped_hosts TEXT NOT NULL,
     failed_hosts TEXT NOT NULL,
     deleted TEXT NOT NULL,
     approval TEXT
   ) STRICT;
   CREATE UNIQUE INDEX schedule_runs_by_due_time ON schedule_runs (schedule_id, due_at) WHERE cause IN ('due', 'late');
   CREATE INDEX schedule_runs_of_schedule ON schedule_runs (schedule_id, due_at);
   CREATE INDEX schedule_runs_by_time ON schedule_runs (due_at);
   CREATE TABLE schedule_cursors (
     schedule_id TEXT PRIMARY KEY,
     accounted_until INTEGER NOT NULL,
     timing TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE schedule_hosts (
     schedule_id TEXT NOT NULL,
     host_id TEXT NOT NULL,
     failures INTEGER NOT NULL,
     fruitless INTEGER NOT NULL,
     retry_at INTEGER,
     paused_since INTEGER,
     reason TEXT NOT NULL,
     PRIMARY KEY (schedule_id, host_id)
   ) STRICT, WITHOUT ROWID;`,
];

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'Not what was written' });
    return z.NEVER;
  });

/** What a run would delete on each of its hosts: the extent that the operator approves. */
export const deletionExtent = z.record(
  z.string(),
  z.object({
    images: z.int().min(0),
    /** The golden images among them. */
    golden: z.array(z.string()),
    /** The host alone knows what it deletes. */
    unknown: z.boolean(),
  }),
);
export type DeletionExtent = z.infer<typeof deletionExtent>;

/**
 * A run as it is recorded. `hostIds`: the hosts of a run by threshold; null for those of the schedule. `approval`: what a
 * run that waits would delete.
 */
export const recordedRun = scheduleRun.extend({
  hostIds: z.array(z.string()).nullable(),
  approval: deletionExtent.nullable(),
});
export type RecordedRun = z.infer<typeof recordedRun>;

const { shape } = scheduleRun;
const runRow = z.object({
  id: shape.id,
  schedule_id: shape.scheduleId,
  schedule_name: shape.scheduleName,
  action: json(shape.action),
  cause: shape.cause,
  due_at: shape.dueAt,
  due_runs: shape.dueRuns,
  started_at: shape.startedAt,
  ended_at: shape.endedAt,
  outcome: shape.outcome,
  text: shape.text,
  operation_id: shape.operationId,
  host_ids: json(z.array(z.string())).nullable(),
  skipped_hosts: json(shape.skippedHosts),
  failed_hosts: json(shape.failedHosts),
  deleted: json(shape.deleted),
  approval: json(deletionExtent).nullable(),
});

export const cursorRow = z.object({ schedule_id: z.string(), accounted_until: z.number(), timing: z.string() });

export const scheduleHostRow = z.object({
  schedule_id: z.string(),
  host_id: z.string(),
  failures: z.number(),
  fruitless: z.number(),
  retry_at: z.number().nullable(),
  paused_since: z.number().nullable(),
  reason: z.string(),
});

/** The tables of schedules, for opening the database and for salvaging it. */
export const schedulesArea = {
  area: 'schedules',
  steps,
  rows: { schedule_runs: runRow, schedule_cursors: cursorRow, schedule_hosts: scheduleHostRow },
} satisfies DatabaseArea;

export function readRun(row: Record<string, SQLOutputValue>): RecordedRun {
  const read = runRow.parse(row);
  return {
    id: read.id,
    scheduleId: read.schedule_id,
    scheduleName: read.schedule_name,
    action: read.action,
    cause: read.cause,
    dueAt: read.due_at,
    dueRuns: read.due_runs,
    startedAt: read.started_at,
    endedAt: read.ended_at,
    outcome: read.outcome,
    text: read.text,
    operationId: read.operation_id,
    hostIds: read.host_ids,
    skippedHosts: read.skipped_hosts,
    failedHosts: read.failed_hosts,
    deleted: read.deleted,
    approval: read.approval,
  };
}

/** The run without the fields that only the engine needs. */
export function publicRun({ hostIds: _, approval: __, ...run }: RecordedRun) {
  return run;
}
