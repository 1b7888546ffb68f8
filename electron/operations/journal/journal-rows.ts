import type { SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { failure } from '../../contract/failure.ts';
import { rungName } from '../../contract/hosts.ts';
import { type Amount, actionKind, operation, targetOutcome, targetState } from '../../contract/operations.ts';
import type { Entry } from '../model/account.ts';
import type { RecordedOperation } from '../model/recorded.ts';

type Row = Record<string, SQLOutputValue>;

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'Not what was written' });
    return z.NEVER;
  });

const operationRow = z.object({
  id: z.string(),
  kind: actionKind,
  what: z.union([z.enum(['cache', 'queue', 'both', 'anew']), z.templateLiteral(['rate ', z.number()])]).nullable(),
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
  state: targetState,
  text: z.string().nullable(),
  failure: json(failure).nullable(),
  actual_images: z.number().nullable(),
  actual_bytes: z.number().nullable(),
  tries: z.number(),
  sent_at: z.number().nullable(),
  rung: rungName.nullable(),
  planned_access: z.number().nullable(),
});

export function operationOf(row: Row): RecordedOperation {
  const read = operationRow.parse(row);
  return {
    what: read.what,
    operation: {
      id: read.id,
      kind: read.kind,
      title: read.title,
      state: read.state,
      startedAt: read.started_at,
      endedAt: read.ended_at,
      hostIds: read.host_ids,
      counts: read.counts,
      total: read.total,
      actual: { images: read.actual_images, bytes: read.actual_bytes },
      freed: amountOf(read.freed_images, read.freed_bytes),
      pace: null,
    },
  };
}

export function entryOf(row: Row): Entry {
  const read = targetRow.parse(row);
  return {
    position: read.position,
    hostId: read.host_id,
    hostName: read.host_name,
    imageId: read.image_id,
    imageName: read.image_name,
    step: read.step,
    expected: amountOf(read.expected_images, read.expected_bytes),
    state: read.state,
    text: read.text,
    failure: read.failure,
    actual: amountOf(read.actual_images, read.actual_bytes),
    tries: read.tries,
    sentAt: read.sent_at,
    rung: read.rung,
    plannedAccess: read.planned_access,
  };
}

function amountOf(images: number | null, bytes: number | null): Amount | null {
  return images === null || bytes === null ? null : { images, bytes };
}
