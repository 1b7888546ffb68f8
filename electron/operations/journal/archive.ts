import { ExpectedFailure } from '../../contract/failure.ts';
import type {
  History,
  HistoryQuery,
  Operation,
  OperationsQuery,
  OperationTargets,
  TargetsQuery,
} from '../../contract/operations.ts';
import type { Account } from '../model/account.ts';
import type { Bounds } from '../model/bounds.ts';
import { pick } from '../model/pick.ts';
import type { RecordedOperation } from '../model/recorded.ts';
import type { Journal } from './journal.ts';
import type { JournalQueries } from './journal-queries.ts';

/** Targets that a history shows of one operation. */
const shownOfOne = 20;

export type ArchiveOptions = {
  journal: Journal;
  queries: JournalQueries;
  /** The account of an operation that is under way. */
  live: (id: string) => Account | undefined;
};

/** All operations that are remembered, those under way as well. */
export class Archive {
  readonly #options: ArchiveOptions;
  /** By id, newest first. */
  #recorded: Map<string, RecordedOperation>;

  /** `recorded` newest first. */
  constructor(options: ArchiveOptions, recorded: readonly RecordedOperation[]) {
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
    if (recorded) return { what: recorded.what, operation: this.#options.live(id)?.operation() ?? recorded.operation };
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
    const live = this.#options.live(id);
    if (live) return { operation, ...pick(live.entries, query) };
    const queries = this.#queries();
    const { matching } = queries.sums(id, query);
    return { operation, hosts: queries.byHost(id), matching, targets: queries.targets(id, query, from, most) };
  }

  history({ hostId, imageId, most = 100 }: HistoryQuery): History {
    const queries = this.#queries();
    const named = imageId === undefined ? undefined : queries.ofImage(imageId);
    const found = this.#matching(
      (operation) => (hostId === undefined || operation.hostIds.includes(hostId)) && (named?.has(operation.id) ?? true),
    );
    const which = { hostId, imageId };
    const entries: History['entries'] = [];
    for (const operation of found) {
      if (entries.length > most) break;
      const sums = queries.sums(operation.id, which);
      // An operation may name the image, but on other hosts.
      if (sums.matching > 0) {
        entries.push({ operation, ...sums, targets: queries.targets(operation.id, which, 0, shownOfOne) });
      }
    }
    return { entries: entries.slice(0, most), more: entries.length > most };
  }

  /** Forgets what ended too long ago, or is too much. `now` in epoch milliseconds. */
  forgetOld({ keepFor, keepMost }: Pick<Bounds, 'keepFor' | 'keepMost'>, now: number): void {
    const old: string[] = [];
    let kept = 0;
    for (const [id, { operation }] of this.#recorded) {
      if (this.#options.live(id)) continue;
      if ((operation.endedAt ?? operation.startedAt) < now - keepFor || kept >= keepMost) old.push(id);
      else kept += 1;
    }
    if (old.length === 0) return;
    for (const id of old) this.#recorded.delete(id);
    this.#options.journal.forget(old);
  }

  #matching(is: (operation: Operation) => boolean): Operation[] {
    return [...this.#recorded.values()]
      .filter(({ operation }) => is(operation))
      .map(({ operation }) => this.#options.live(operation.id)?.operation() ?? operation);
  }

  /** The journal's answers include what was recorded a moment ago. */
  #queries(): JournalQueries {
    this.#options.journal.flush();
    return this.#options.queries;
  }
}
