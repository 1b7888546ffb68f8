import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { failure } from '../../contract/failure.ts';
import { methodName } from '../../contract/hosts.ts';
import { type Amount, actionKind, operation, targetOutcome, targetState } from '../../contract/operations.ts';
import { parseJson } from '../../contract/parse-json.ts';
import { remoteLine } from '../../contract/remote.ts';
import type { DatabaseArea } from '../../store/salvage-database.ts';
import { reportDamage } from '../../store/sqlite/damage-watch.ts';
import type { ListedImage } from '../model/listed-image.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import type { TargetRun } from '../model/target-run.ts';

/** The journal's tables, step by step; steps are only ever added. */
export const journalSteps: readonly string[] = [
  `CREATE TABLE operations (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     what TEXT,
     title TEXT NOT NULL,
     state TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     host_ids TEXT NOT NULL,
     counts TEXT NOT NULL,
     total INTEGER NOT NULL,
     actual_images INTEGER NOT NULL,
     actual_bytes REAL NOT NULL
   ) STRICT;
   CREATE INDEX operations_by_time ON operations (started_at);
   CREATE TABLE operation_targets (
     operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     host_id TEXT NOT NULL,
     host_name TEXT NOT NULL,
     image_id TEXT,
     image_name TEXT,
     expected_images INTEGER,
     expected_bytes REAL,
     state TEXT NOT NULL,
     text TEXT,
     failure TEXT,
     actual_images INTEGER,
     actual_bytes REAL,
     tries INTEGER NOT NULL DEFAULT 0,
     sent_at INTEGER,
     ended_at INTEGER,
     PRIMARY KEY (operation_id, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX operation_targets_by_host ON operation_targets (host_id, image_id);`,
  `DROP INDEX operation_targets_by_host;
   CREATE INDEX operation_targets_of_host ON operation_targets (operation_id, host_id);
   CREATE INDEX operation_targets_by_image ON operation_targets (image_id) WHERE image_id IS NOT NULL;
   CREATE TABLE operation_images (
     image_id TEXT PRIMARY KEY,
     image_name TEXT
   ) STRICT, WITHOUT ROWID;
   INSERT INTO operation_images SELECT image_id, max(image_name) FROM operation_targets
     WHERE image_id IS NOT NULL GROUP BY image_id;`,
  `ALTER TABLE operation_targets ADD COLUMN rung TEXT;
   ALTER TABLE operation_targets ADD COLUMN planned_access REAL;`,
  `CREATE TABLE operation_output (
     operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
     host_id TEXT NOT NULL,
     number INTEGER NOT NULL,
     stream TEXT NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (operation_id, host_id, number)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE operation_targets ADD COLUMN step TEXT;
   ALTER TABLE operations ADD COLUMN freed_images INTEGER;
   ALTER TABLE operations ADD COLUMN freed_bytes REAL;`,
  // What the host listed when a delete or a clear was sent. `content` is compressed, see `ClearContents`.
  `ALTER TABLE operation_targets ADD COLUMN listed_cached INTEGER;
   ALTER TABLE operation_targets ADD COLUMN listed_modified REAL;
   ALTER TABLE operation_targets ADD COLUMN listed_queued INTEGER;
   CREATE TABLE clear_contents (
     operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     content BLOB NOT NULL,
     PRIMARY KEY (operation_id, position)
   ) STRICT;`,
  'ALTER TABLE operations ADD COLUMN failure TEXT;',
  'ALTER TABLE operations ADD COLUMN note TEXT;',
  `ALTER TABLE operations ADD COLUMN actual_unsized INTEGER;
   ALTER TABLE operations ADD COLUMN freed_unsized INTEGER;
   ALTER TABLE operation_targets ADD COLUMN expected_unsized INTEGER;
   ALTER TABLE operation_targets ADD COLUMN actual_unsized INTEGER;`,
  // See `CommitCount`. One row.
  'CREATE TABLE journal_commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;',
  `ALTER TABLE operations ADD COLUMN schedule_id TEXT;
   ALTER TABLE operations ADD COLUMN schedule_name TEXT;`,
  'ALTER TABLE operations ADD COLUMN console TEXT;',
  'ALTER TABLE operation_targets RENAME COLUMN rung TO method;',
];

export const commitsTable = 'journal_commits';

type Row = Record<string, SQLOutputValue>;

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'Not what was written' });
    return z.NEVER;
  });

/** What is recorded about an action besides its targets, see `ActionDetail`. */
export const actionDetail = z
  .union([
    z.enum(['cache', 'queue', 'both', 'anew']),
    z.templateLiteral(['rate ', z.number()]),
    z.templateLiteral(['to ', z.number()]),
  ])
  .nullable();

const operationRow = z.object({
  id: z.string(),
  kind: actionKind,
  what: actionDetail,
  title: z.string(),
  state: operation.shape.state,
  started_at: z.number(),
  ended_at: z.number().nullable(),
  host_ids: json(operation.shape.hostIds),
  counts: json(operation.shape.counts),
  total: z.number(),
  actual_images: z.number(),
  actual_bytes: z.number(),
  freed_images: z.number().nullable(),
  freed_bytes: z.number().nullable(),
  failure: json(failure).nullable(),
  note: z.string().nullable(),
  console: z.string().nullable(),
  actual_unsized: z.number().nullable(),
  freed_unsized: z.number().nullable(),
  schedule_id: z.string().nullable(),
  schedule_name: z.string().nullable(),
});

const targetRow = z.object({
  position: z.number(),
  host_id: z.string(),
  host_name: z.string(),
  image_id: z.string().nullable(),
  image_name: z.string().nullable(),
  step: targetOutcome.shape.step,
  expected_images: z.number().nullable(),
  expected_bytes: z.number().nullable(),
  expected_unsized: z.number().nullable(),
  state: targetState,
  text: z.string().nullable(),
  failure: json(failure).nullable(),
  actual_images: z.number().nullable(),
  actual_bytes: z.number().nullable(),
  actual_unsized: z.number().nullable(),
  tries: z.number(),
  sent_at: z.number().nullable(),
  method: methodName.nullable(),
  planned_access: z.number().nullable(),
  listed_cached: z.number().nullable(),
  listed_modified: z.number().nullable(),
  listed_queued: z.number().nullable(),
});

const outputRow = remoteLine.extend({ operation_id: z.string(), host_id: z.string(), number: z.number() });

/** The journal's tables, for opening the database and for salvaging it. */
export const journalArea = {
  area: 'operations',
  steps: journalSteps,
  rows: { operations: operationRow, operation_targets: targetRow, operation_output: outputRow },
} satisfies DatabaseArea;

/** Reads rows. Throws an `ExpectedFailure` and reports the database as damaged if a row is invalid. */
export function readRows<Read>(database: DatabaseSync, rows: readonly Row[], read: (row: Row) => Read): Read[] {
  try {
    return rows.map(read);
  } catch (error) {
    throw error instanceof z.ZodError ? reportDamage(database, error) : error;
  }
}

/** The operation of a row; empty, and the database is reported as damaged, if the row is invalid. */
export function readOrReport(database: DatabaseSync, row: Row): RecordedOperation[] {
  try {
    return [readOperation(row)];
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    reportDamage(database, error);
    return [];
  }
}

export function readOperation(row: Row): RecordedOperation {
  const read = operationRow.parse(row);
  return {
    detail: read.what,
    operation: {
      id: read.id,
      kind: read.kind,
      title: read.title,
      state: read.state,
      startedAt: read.started_at,
      endedAt: read.ended_at,
      ...(read.failure ? { failure: read.failure } : {}),
      hostIds: read.host_ids,
      counts: read.counts,
      total: read.total,
      actual: amountOf(read.actual_images, read.actual_bytes, read.actual_unsized),
      freed: readAmount(read.freed_images, read.freed_bytes, read.freed_unsized),
      pace: null,
      ...(read.note === null ? {} : { note: read.note }),
      ...(read.schedule_id === null ? {} : { schedule: { id: read.schedule_id, name: read.schedule_name ?? '' } }),
      ...(read.console === null ? {} : { console: read.console }),
    },
  };
}

export function readTarget(row: Row): TargetRun {
  const read = targetRow.parse(row);
  return {
    position: read.position,
    hostId: read.host_id,
    hostName: read.host_name,
    imageId: read.image_id,
    imageName: read.image_name,
    step: read.step,
    expected: readAmount(read.expected_images, read.expected_bytes, read.expected_unsized),
    state: read.state,
    text: read.text,
    failure: read.failure,
    actual: readAmount(read.actual_images, read.actual_bytes, read.actual_unsized),
    tries: read.tries,
    sentAt: read.sent_at,
    method: read.method,
    plannedAccess: read.planned_access,
    listed: listedOf(read),
    // A target that waits after it was sent: the hosts were asked about it, and did not show its effect.
    unanswered: read.sent_at !== null && (read.state === 'unknown' || read.state === 'waiting'),
  };
}

function listedOf(read: z.infer<typeof targetRow>): ListedImage | null {
  if (read.listed_queued === null) return null;
  const cached = read.listed_cached === 1 ? { lastModified: read.listed_modified } : null;
  return { cached, queued: read.listed_queued === 1 };
}

function readAmount(images: number | null, bytes: number | null, unsized: number | null): Amount | null {
  return images === null || bytes === null ? null : amountOf(images, bytes, unsized);
}

function amountOf(images: number, bytes: number, unsized: number | null): Amount {
  return { images, bytes, ...(unsized ? { unsized } : {}) };
}

/** The columns of an amount: images, bytes, and the images of unknown size. */
export function amountColumns(amount: Amount | null): [number | null, number | null, number | null] {
  return [amount?.images ?? null, amount?.bytes ?? null, amount?.unsized ?? null];
}
