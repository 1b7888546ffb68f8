import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';

/**
 * What is remembered of a host's last native prune. `running`: sent, no answer yet. `hung`: no answer came, it may run
 * until the service is restarted (glance-cache-api, trap 4). `returned`: it ended, and left the host so far over its
 * stated limit.
 */
export type PruneMark = {
  hostId: HostId;
  state: 'running' | 'hung' | 'returned';
  /** Epoch milliseconds when it was sent. */
  at: number;
  operationId: string;
  overBytes: number | null;
};

const row = z.object({
  host_id: z.string(),
  state: z.enum(['running', 'hung', 'returned']),
  at: z.number(),
  operation_id: z.string(),
  over_bytes: z.number().nullable(),
});

/** The marks of all hosts, in the journal's database: a console that is started anew must not forget a hung prune. */
export class PruneMarks {
  readonly #marks = new Map<HostId, PruneMark>();
  readonly #warned = new Set<HostId>();
  readonly #database: DatabaseSync;

  /** Takes the prunes of a console that ended before their answer for hung. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`UPDATE prune_marks SET state = 'hung' WHERE state = 'running'`);
    for (const raw of database.prepare('SELECT * FROM prune_marks').all()) {
      const { host_id: hostId, state, at, operation_id: operationId, over_bytes: overBytes } = row.parse(raw);
      this.#marks.set(hostId, { hostId, state, at, operationId, overBytes });
    }
  }

  of(hostId: HostId): PruneMark | undefined {
    return this.#marks.get(hostId);
  }

  /** On the disk when it returns. */
  set(mark: PruneMark): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO prune_marks VALUES (?, ?, ?, ?, ?)')
      .run(mark.hostId, mark.state, mark.at, mark.operationId, mark.overBytes);
    this.#marks.set(mark.hostId, mark);
  }

  remove(hostId: HostId): void {
    this.#database.prepare('DELETE FROM prune_marks WHERE host_id = ?').run(hostId);
    this.#marks.delete(hostId);
  }

  /**
   * Heeds what the fleet saw: it warns of a hung prune while that may run, and ceases to when the service was away and
   * is there again.
   */
  observe({ id, warnings }: Pick<HostSummary, 'id' | 'warnings'>): void {
    if (warnings.some((warning) => warning.kind === 'pruneHung')) this.#warned.add(id);
    else if (this.#warned.delete(id) && this.#marks.get(id)?.state === 'hung') this.remove(id);
  }

  /** Whether a prune may be running on the host, so that none may be sent. */
  mayRun(hostId: HostId, now: number, longest: number): PruneMark | undefined {
    const mark = this.#marks.get(hostId);
    return mark && mark.state !== 'returned' && now - mark.at < longest ? mark : undefined;
  }
}
