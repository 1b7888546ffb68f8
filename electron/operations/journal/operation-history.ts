import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import {
  type Amount,
  addAmount,
  type History,
  type HistoryQuery,
  type HostAccount,
  noCounts,
  type Operation,
  type OperationsQuery,
  type OperationTargets,
  type TargetOutcome,
  type TargetState,
  type TargetsQuery,
  targetOutcome,
  targetState,
} from '../../contract/operations.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import { amountFor, noAmount, outcomeOf, type TargetRun, targetPage, totalsOf } from '../model/target-run.ts';
import type { Journal } from './journal.ts';
import { readRows, readTarget } from './journal-tables.ts';
import { markInterrupted } from './mark-interrupted.ts';

/** Targets that a history query returns of one operation. */
const maxTargetsPerOperation = 20;

/** A running operation as it is now. */
type RunningOperation = { operation(): Operation; targets: readonly TargetRun[] };

export type OperationHistoryOptions = {
  journal: Journal;
  database: DatabaseSync;
  /** The operation, if it is running or if outcomes of it could not be written: then the database is behind. */
  running: (id: string) => RunningOperation | undefined;
};

/**
 * What operations removed from a host: the title of the operation for each image, and the title of one that removed
 * unknown images.
 */
export type Removals = { images: ReadonlyMap<ImageId, string>; unnamed: string | undefined };

/** All remembered operations, including the running ones, and the queries on them. */
export class OperationHistory {
  readonly #options: OperationHistoryOptions;
  readonly #queries: JournalQueries;
  /** By id, newest first. A running operation has the state in which it started. */
  #recorded = new Map<string, RecordedOperation>();

  /** Reads the journal of earlier runs, see {@link markInterrupted}. */
  constructor(options: OperationHistoryOptions) {
    this.#options = options;
    this.#queries = new JournalQueries(options.database, options.journal);
    this.recover();
  }

  /** Marks operations that the journal has as running as interrupted. Call this when no operation runs. */
  recover(): void {
    const { database, journal } = this.#options;
    this.#recorded = new Map(markInterrupted(database, journal).map((recorded) => [recorded.operation.id, recorded]));
  }

  all(): RecordedOperation[] {
    return [...this.#recorded.values()];
  }

  add(recorded: RecordedOperation): void {
    this.#recorded = new Map([[recorded.operation.id, recorded], ...this.#recorded]);
  }

  /** Replaces an operation that ended. */
  update(recorded: RecordedOperation): void {
    this.#recorded.set(recorded.operation.id, recorded);
  }

  /** The operation as it is now. Throws `notFound` if it is not remembered. */
  find(id: string): Operation {
    return this.recorded(id).operation;
  }

  /** The operation, with what is recorded about it besides. */
  recorded(id: string): RecordedOperation {
    const recorded = this.#recorded.get(id);
    if (recorded)
      return { detail: recorded.detail, operation: this.#options.running(id)?.operation() ?? recorded.operation };
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'This operation is not in the history.',
      remedy: 'It was probably deleted when its retention period ended. Check the list of operations.',
    });
  }

  /** Newest first. */
  list({ hostId, image }: OperationsQuery): Operation[] {
    return this.#matching(hostId, image ? this.#queries.ofImageText(image) : undefined);
  }

  /** An operation with its targets in the order of its plan, and the totals of each host. */
  targets(query: TargetsQuery): OperationTargets {
    const { id, from = 0, limit = Number.MAX_SAFE_INTEGER } = query;
    const operation = this.find(id);
    const running = this.#options.running(id);
    if (running) return { operation, ...targetPage(running.targets, query) };
    const queries = this.#queries;
    const { matching } = queries.totals(id, query);
    return { operation, hosts: queries.hostAccounts(id), matching, targets: queries.targets(id, query, from, limit) };
  }

  /** The operations on a host, on an image, or on an image of a host, newest first. */
  history({ hostId, imageId, limit = 100 }: HistoryQuery): History {
    const queries = this.#queries;
    const named = imageId === undefined ? undefined : queries.ofImage(imageId);
    const filter = { hostId, imageId };
    const targets: History['entries'] = [];
    for (const operation of this.#matching(hostId, named)) {
      if (targets.length > limit) break;
      const running = this.#options.running(operation.id);
      const entry = running
        ? matchingTargets(running.targets, filter)
        : {
            ...queries.totals(operation.id, filter),
            targets: queries.targets(operation.id, filter, 0, maxTargetsPerOperation),
          };
      // The operation may have the image on other hosts only.
      if (entry.matching > 0) targets.push({ operation, ...entry });
    }
    return { entries: targets.slice(0, limit), more: targets.length > limit };
  }

  /** What other operations than `exceptId` removed from a host since a time in epoch milliseconds. */
  removalsSince(hostId: HostId, since: number, exceptId: string): Removals {
    const images = new Map<ImageId, string>();
    let unnamed: string | undefined;
    for (const { id, title, kind, endedAt, counts } of this.list({ hostId })) {
      if (id === exceptId || counts.done === 0 || (endedAt ?? Number.POSITIVE_INFINITY) < since) continue;
      if (kind === 'queue' || kind === 'prefetch' || kind === 'clean') continue;
      for (const { imageId, step } of this.targets({ id, hostId, states: ['done'] }).targets) {
        if (imageId === null) unnamed ??= title;
        else if (step !== 'queue') images.set(imageId, title);
      }
    }
    return { images, unnamed };
  }

  /**
   * Removes ended operations that are older than `retention` or more than `maxOperations`. Returns their ids. `now` in
   * epoch milliseconds. `before` is called with the ids; if it throws, nothing is removed.
   */
  removeOld(
    { retention, maxOperations }: Pick<OperationLimits, 'retention' | 'maxOperations'>,
    now: number,
    before: (ids: readonly string[]) => void = () => undefined,
  ): string[] {
    const old: string[] = [];
    let kept = 0;
    for (const [id, { operation }] of this.#recorded) {
      if (this.#options.running(id)) continue;
      if ((operation.endedAt ?? operation.startedAt) < now - retention || kept >= maxOperations) old.push(id);
      else kept += 1;
    }
    if (old.length === 0) return old;
    before(old);
    this.#options.journal.remove(old);
    for (const id of old) this.#recorded.delete(id);
    return old;
  }

  /** Operations on a host and among some ids, where these are given. */
  #matching(hostId: HostId | undefined, ids: ReadonlySet<string> | undefined): Operation[] {
    return [...this.#recorded.values()]
      .filter(
        ({ operation }) =>
          (hostId === undefined || operation.hostIds.includes(hostId)) && (ids?.has(operation.id) ?? true),
      )
      .map(({ operation }) => this.#options.running(operation.id)?.operation() ?? operation);
  }
}

/** Selects targets of an operation. */
type TargetFilter = {
  hostId?: HostId | undefined;
  imageId?: ImageId | undefined;
  states?: readonly TargetState[] | undefined;
};

/** What a history shows about an operation in memory. */
function matchingTargets(all: readonly TargetRun[], { hostId, imageId }: TargetFilter) {
  const matching = all.filter(
    (target) => (hostId ?? target.hostId) === target.hostId && (imageId ?? target.imageId) === target.imageId,
  );
  const { counts, actual, freed } = totalsOf(matching);
  const targets = matching.slice(0, maxTargetsPerOperation).map(outcomeOf);
  return { matching: matching.length, counts, actual, freed, targets };
}

/** The number of targets that match a filter, and their totals. */
type TargetTotals = { matching: number; counts: Operation['counts']; actual: Amount; freed: Amount | null };

const sumRow = z.object({
  host_id: z.string(),
  host_name: z.string(),
  state: targetState,
  step: targetOutcome.shape.step,
  first: z.number(),
  targets: z.number(),
  images: z.number(),
  bytes: z.number(),
  unsized: z.number(),
});
const idRow = z.object({ operation_id: z.string() });

/** Queries on the targets of operations. The database counts, since an operation may have 200,000 targets. */
class JournalQueries {
  readonly #database: DatabaseSync;
  readonly #journal: Journal;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, journal: Journal) {
    this.#database = database;
    this.#journal = journal;
  }

  /** Targets of an operation in the order of its plan, `limit` of them, starting at index `from`. */
  targets(operationId: string, filter: TargetFilter, from: number, limit: number): TargetOutcome[] {
    const { where, values } = whereClause(operationId, filter);
    const sql = `SELECT * FROM operation_targets WHERE ${where} ORDER BY position LIMIT ? OFFSET ?`;
    const rows = this.#all(sql, [...values, limit, from]);
    return readRows(this.#database, rows, (row) => outcomeOf(readTarget(row)));
  }

  totals(operationId: string, filter: TargetFilter): TargetTotals {
    const totals = noTotals();
    for (const row of this.#rows(operationId, filter)) addRow(totals, row);
    return totals;
  }

  /** The totals of each host in the order of the plan. */
  hostAccounts(operationId: string): HostAccount[] {
    const hosts = new Map<HostId, TargetTotals & { hostName: string }>();
    for (const row of this.#rows(operationId, {})) {
      const { host_id: hostId, host_name: hostName } = row;
      const totals = hosts.get(hostId) ?? { hostName, ...noTotals() };
      hosts.set(hostId, totals);
      addRow(totals, row);
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

  /** The operations that have an image among their targets. */
  ofImage(imageId: ImageId): ReadonlySet<string> {
    return this.#ids('SELECT DISTINCT operation_id FROM operation_targets WHERE image_id = ?', [imageId]);
  }

  /** The operations that have an image with this text in its id or name, ignoring case. */
  ofImageText(text: string): ReadonlySet<string> {
    const sought = text.toLowerCase();
    return this.#ids(
      `SELECT DISTINCT operation_id FROM operation_targets WHERE image_id IN (
         SELECT image_id FROM operation_images
         WHERE instr(lower(image_id), ?) > 0 OR instr(lower(image_name), ?) > 0)`,
      [sought, sought],
    );
  }

  #rows(operationId: string, filter: TargetFilter) {
    const { where, values } = whereClause(operationId, filter);
    const sql = `SELECT host_id, host_name, state, step, min(position) AS first, count(*) AS targets, coalesce(sum(actual_images), 0) AS images,
        coalesce(sum(actual_bytes), 0) AS bytes, coalesce(sum(actual_unsized), 0) AS unsized
      FROM operation_targets WHERE ${where} GROUP BY host_id, state, step`;
    const rows = readRows(this.#database, this.#all(sql, values), (row) => sumRow.parse(row));
    return rows.sort((one, other) => one.first - other.first);
  }

  #ids(sql: string, values: SQLInputValue[]): ReadonlySet<string> {
    return new Set(this.#all(sql, values).map((row) => idRow.parse(row).operation_id));
  }

  #all(sql: string, values: SQLInputValue[]) {
    // Outcomes that wait to be written count too.
    this.#journal.flush();
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement.all(...values);
  }
}

function whereClause(operationId: string, { hostId, imageId, states }: TargetFilter) {
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

function addRow(totals: TargetTotals, { state, step, targets, images, bytes, unsized }: z.infer<typeof sumRow>): void {
  totals.matching += targets;
  totals.counts[state] += targets;
  if (step !== null) totals.freed ??= noAmount();
  if (state !== 'done') return;
  addAmount(amountFor({ step }, totals), { images, bytes, ...(unsized > 0 ? { unsized } : {}) });
}
