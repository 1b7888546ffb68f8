import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import {
  type Amount,
  type History,
  type HistoryQuery,
  type HostAccount,
  type Operation,
  type OperationsQuery,
  type OperationTargets,
  type TargetOutcome,
  type TargetState,
  type TargetsQuery,
  targetOutcome,
  targetState,
} from '../../contract/operations.ts';
import type { OperationLimits } from '../model/operation-timings.ts';
import type { RecordedOperation } from '../model/recorded-operation.ts';
import { amountFor, noAmount, noCounts, outcomeOf, type TargetRun, targetPage } from '../model/target-run.ts';
import type { Journal } from './journal.ts';
import { readTarget } from './journal-tables.ts';

/** Targets that a history shows of one operation. */
const maxTargetsPerOperation = 20;

/** A running operation as it is now. */
type RunningOperation = { operation(): Operation; targets: readonly TargetRun[] };

export type OperationHistoryOptions = {
  journal: Journal;
  queries: JournalQueries;
  /** The operation, if it is running. */
  running: (id: string) => RunningOperation | undefined;
};

/** All operations that are remembered, those under way as well. */
export class OperationHistory {
  readonly #options: OperationHistoryOptions;
  /** By id, newest first. */
  #recorded: Map<string, RecordedOperation>;

  /** `recorded` newest first. */
  constructor(options: OperationHistoryOptions, recorded: readonly RecordedOperation[]) {
    this.#options = options;
    this.#recorded = new Map(recorded.map((one) => [one.operation.id, one]));
  }

  add(recorded: RecordedOperation): void {
    this.#recorded = new Map([[recorded.operation.id, recorded], ...this.#recorded]);
  }

  /** An operation has come to an end. */
  update(recorded: RecordedOperation): void {
    this.#recorded.set(recorded.operation.id, recorded);
  }

  has(id: string): boolean {
    return this.#recorded.has(id);
  }

  /** Throws `notFound` when it is not remembered. */
  find(id: string): Operation {
    return this.recorded(id).operation;
  }

  /** With what it clears, as it stands now. */
  recorded(id: string): RecordedOperation {
    const recorded = this.#recorded.get(id);
    if (recorded)
      return { detail: recorded.detail, operation: this.#options.running(id)?.operation() ?? recorded.operation };
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'The console does not remember this operation.',
      remedy: 'It was probably forgotten for its age: look at the list of operations.',
    });
  }

  /** Newest first. */
  list({ hostId, image }: OperationsQuery): Operation[] {
    const named = image ? this.#queries().ofImageText(image) : undefined;
    return this.#matching(
      (operation) => (hostId === undefined || operation.hostIds.includes(hostId)) && (named?.has(operation.id) ?? true),
    );
  }

  /** An operation with its targets, in the order of its plan, and what they come to host by host. */
  targets(query: TargetsQuery): OperationTargets {
    const { id, from = 0, most = Number.MAX_SAFE_INTEGER } = query;
    const operation = this.find(id);
    const live = this.#options.running(id);
    if (live) return { operation, ...targetPage(live.targets, query) };
    const queries = this.#queries();
    const { matching } = queries.sums(id, query);
    return { operation, hosts: queries.hostAccounts(id), matching, targets: queries.targets(id, query, from, most) };
  }

  history({ hostId, imageId, most = 100 }: HistoryQuery): History {
    const queries = this.#queries();
    const named = imageId === undefined ? undefined : queries.ofImage(imageId);
    const found = this.#matching(
      (operation) => (hostId === undefined || operation.hostIds.includes(hostId)) && (named?.has(operation.id) ?? true),
    );
    const which = { hostId, imageId };
    const targets: History['entries'] = [];
    for (const operation of found) {
      if (targets.length > most) break;
      const sums = queries.sums(operation.id, which);
      // An operation may name the image, but on other hosts.
      if (sums.matching > 0) {
        targets.push({ operation, ...sums, targets: queries.targets(operation.id, which, 0, maxTargetsPerOperation) });
      }
    }
    return { entries: targets.slice(0, most), more: targets.length > most };
  }

  /** Forgets what ended too long ago, or is too much. `now` in epoch milliseconds. */
  forgetOld({ retention, maxOperations }: Pick<OperationLimits, 'retention' | 'maxOperations'>, now: number): void {
    const old: string[] = [];
    let kept = 0;
    for (const [id, { operation }] of this.#recorded) {
      if (this.#options.running(id)) continue;
      if ((operation.endedAt ?? operation.startedAt) < now - retention || kept >= maxOperations) old.push(id);
      else kept += 1;
    }
    if (old.length === 0) return;
    for (const id of old) this.#recorded.delete(id);
    this.#options.journal.forget(old);
  }

  #matching(is: (operation: Operation) => boolean): Operation[] {
    return [...this.#recorded.values()]
      .filter(({ operation }) => is(operation))
      .map(({ operation }) => this.#options.running(operation.id)?.operation() ?? operation);
  }

  /** The journal's answers include what was recorded a moment ago. */
  #queries(): JournalQueries {
    this.#options.journal.flush();
    return this.#options.queries;
  }
}

/** Targets of one operation. */
export type TargetFilter = {
  hostId?: HostId | undefined;
  imageId?: ImageId | undefined;
  states?: readonly TargetState[] | undefined;
};

/** How many targets there are of some kind, what they come to, and the first of them. */
export type TargetTotals = { matching: number; counts: Operation['counts']; actual: Amount; freed: Amount | null };

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
  targets(operationId: string, which: TargetFilter, from: number, most: number): TargetOutcome[] {
    const { where, values } = condition(operationId, which);
    const sql = `SELECT * FROM operation_targets WHERE ${where} ORDER BY position LIMIT ? OFFSET ?`;
    return this.#all(sql, [...values, most, from]).map((row) => outcomeOf(readTarget(row)));
  }

  sums(operationId: string, which: TargetFilter): TargetTotals {
    const sums = noTotals();
    for (const row of this.#sums(operationId, which)) addRow(sums, row);
    return sums;
  }

  /** What an operation comes to host by host, in the order of its plan. */
  hostAccounts(operationId: string): HostAccount[] {
    const hosts = new Map<HostId, TargetTotals & { hostName: string }>();
    for (const row of this.#sums(operationId, {})) {
      const { host_id: hostId, host_name: hostName } = row;
      const sums = hosts.get(hostId) ?? { hostName, ...noTotals() };
      hosts.set(hostId, sums);
      addRow(sums, row);
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

  #sums(operationId: string, which: TargetFilter) {
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

function condition(operationId: string, { hostId, imageId, states }: TargetFilter) {
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

function noTotals(): TargetTotals {
  return { matching: 0, counts: noCounts(), actual: noAmount(), freed: null };
}

function addRow(sums: TargetTotals, { state, step, targets, images, bytes }: z.infer<typeof sumRow>): void {
  sums.matching += targets;
  sums.counts[state] += targets;
  if (step !== null) sums.freed ??= noAmount();
  if (state !== 'done') return;
  const sum = amountFor({ step }, sums);
  sum.images += images;
  sum.bytes += bytes;
}
