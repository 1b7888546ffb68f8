import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import {
  type Amount,
  type HostAccount,
  type Operation,
  type TargetOutcome,
  type TargetState,
  targetOutcome,
  targetState,
} from '../../contract/operations.ts';
import { noCounts, nothing, sumOf } from '../model/account.ts';
import { outcomeOf } from '../model/pick.ts';
import { entryOf } from './journal-rows.ts';

/** Targets of one operation. */
export type Which = {
  hostId?: HostId | undefined;
  imageId?: ImageId | undefined;
  states?: readonly TargetState[] | undefined;
};

/** How many targets there are of some kind, what they come to, and the first of them. */
export type Sums = { matching: number; counts: Operation['counts']; actual: Amount; freed: Amount | null };

const sumRow = z.object({
  host_id: z.string(),
  host_name: z.string(),
  state: targetState,
  step: targetOutcome.shape.step,
  first: z.number(),
  targets: z.number(),
  images: z.number(),
  bytes: z.number(),
});
const idRow = z.object({ operation_id: z.string() });

/** What is asked of the journal about operations that may have very many targets: counted by the database. */
export class JournalQueries {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Some targets of an operation in its order, `most` from the `from`th on. */
  targets(operationId: string, which: Which, from: number, most: number): TargetOutcome[] {
    const { where, values } = condition(operationId, which);
    const sql = `SELECT * FROM operation_targets WHERE ${where} ORDER BY position LIMIT ? OFFSET ?`;
    return this.#all(sql, [...values, most, from]).map((row) => outcomeOf(entryOf(row)));
  }

  sums(operationId: string, which: Which): Sums {
    const sums = noSums();
    for (const row of this.#sums(operationId, which)) addTo(sums, row);
    return sums;
  }

  /** What an operation comes to host by host, in the order of its plan. */
  byHost(operationId: string): HostAccount[] {
    const hosts = new Map<HostId, Sums & { hostName: string }>();
    for (const row of this.#sums(operationId, {})) {
      const { host_id: hostId, host_name: hostName } = row;
      const sums = hosts.get(hostId) ?? { hostName, ...noSums() };
      hosts.set(hostId, sums);
      addTo(sums, row);
    }
    return [...hosts].map(([hostId, { hostName, matching, counts, actual, freed }]) => ({
      hostId,
      hostName,
      counts,
      actual,
      freed,
      total: matching,
    }));
  }

  /** Operations that name an image. */
  ofImage(imageId: ImageId): ReadonlySet<string> {
    return this.#ids('SELECT DISTINCT operation_id FROM operation_targets WHERE image_id = ?', [imageId]);
  }

  /** Operations that name an image with this in its id or its name, whatever the case. */
  ofImageText(text: string): ReadonlySet<string> {
    const sought = text.toLowerCase();
    return this.#ids(
      `SELECT DISTINCT operation_id FROM operation_targets WHERE image_id IN (
         SELECT image_id FROM operation_images
         WHERE instr(lower(image_id), ?) > 0 OR instr(lower(image_name), ?) > 0)`,
      [sought, sought],
    );
  }

  #sums(operationId: string, which: Which) {
    const { where, values } = condition(operationId, which);
    const sql = `SELECT host_id, host_name, state, step, min(position) AS first, count(*) AS targets, coalesce(sum(actual_images), 0) AS images,
        coalesce(sum(actual_bytes), 0) AS bytes
      FROM operation_targets WHERE ${where} GROUP BY host_id, state, step`;
    const rows = this.#all(sql, values).map((row) => sumRow.parse(row));
    return rows.sort((one, other) => one.first - other.first);
  }

  #ids(sql: string, values: SQLInputValue[]): ReadonlySet<string> {
    return new Set(this.#all(sql, values).map((row) => idRow.parse(row).operation_id));
  }

  #all(sql: string, values: SQLInputValue[]) {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement.all(...values);
  }
}

function condition(operationId: string, { hostId, imageId, states }: Which) {
  const parts = ['operation_id = ?'];
  const values: SQLInputValue[] = [operationId];
  if (hostId !== undefined) {
    parts.push('host_id = ?');
    values.push(hostId);
  }
  if (imageId !== undefined) {
    parts.push('image_id = ?');
    values.push(imageId);
  }
  if (states !== undefined) {
    parts.push('state IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(states));
  }
  return { where: parts.join(' AND '), values };
}

function noSums(): Sums {
  return { matching: 0, counts: noCounts(), actual: nothing(), freed: null };
}

function addTo(sums: Sums, { state, step, targets, images, bytes }: z.infer<typeof sumRow>): void {
  sums.matching += targets;
  sums.counts[state] += targets;
  if (step !== null) sums.freed ??= nothing();
  if (state !== 'done') return;
  const sum = sumOf({ step }, sums);
  sum.images += images;
  sum.bytes += bytes;
}
