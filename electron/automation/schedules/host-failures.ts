import type { DatabaseSync } from 'node:sqlite';
import type { HostId } from '../../contract/hosts.ts';
import type { ScheduleId, ScheduleState } from '../../contract/schedules.ts';
import { reportDamage } from '../../store/sqlite/damage-watch.ts';
import { scheduleHostRow } from './schedule-tables.ts';

/** Failures in a row after which a schedule is paused for a host. */
const maxFailures = 3;
const minute = 60_000;
/** Milliseconds after a run by threshold that brought no result, doubled with each further one, up to the maximum. */
const firstBackoff = 5 * minute;
const maxBackoff = 6 * 60 * minute;

/**
 * `failures`: those in a row. `fruitless`: runs in a row that failed or changed nothing. `retryAt`: before this, a poll above the threshold starts no run.
 * Times in epoch milliseconds.
 */
type HostRecord = {
  failures: number;
  fruitless: number;
  retryAt: number | null;
  pausedSince: number | null;
  reason: string;
};

/**
 * How the runs of each schedule ended at each host: three failures in a row pause the schedule there, until the
 * operator resumes it. Stored in the database. Methods that change something throw if it cannot be written.
 */
export class HostFailures {
  readonly #database: DatabaseSync;
  readonly #records = new Map<ScheduleId, Map<HostId, HostRecord>>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    for (const row of database.prepare('SELECT * FROM schedule_hosts').all()) {
      const read = scheduleHostRow.safeParse(row);
      if (!read.success) {
        reportDamage(database, read.error);
        continue;
      }
      const {
        schedule_id,
        host_id,
        failures,
        fruitless,
        retry_at: retryAt,
        paused_since: pausedSince,
        reason,
      } = read.data;
      this.#of(schedule_id).set(host_id, { failures, fruitless, retryAt, pausedSince, reason });
    }
  }

  /** The hosts that a schedule is paused for. */
  paused(scheduleId: ScheduleId): ScheduleState['pausedHosts'] {
    return [...this.#of(scheduleId)].flatMap(([hostId, { pausedSince, reason }]) =>
      pausedSince === null ? [] : [{ hostId, since: pausedSince, reason }],
    );
  }

  /** Why a schedule no longer runs on a host; undefined if it does. */
  pauseReason(scheduleId: ScheduleId, hostId: HostId): string | undefined {
    const record = this.#of(scheduleId).get(hostId);
    return record && record.pausedSince !== null ? record.reason : undefined;
  }

  /** Whether a run by threshold may start on a host at an instant. */
  mayRun(scheduleId: ScheduleId, hostId: HostId, now: number): boolean {
    const record = this.#of(scheduleId).get(hostId);
    return !record || (record.pausedSince === null && (record.retryAt ?? 0) <= now);
  }

  /** A run failed at a host. Returns whether that paused the schedule there. */
  failed(scheduleId: ScheduleId, hostId: HostId, why: string, now: number): boolean {
    const before = this.#of(scheduleId).get(hostId);
    const failures = (before?.failures ?? 0) + 1;
    const isPaused = failures >= maxFailures;
    const reason = isPaused ? `Failed ${failures} times in a row. The last time: ${why}`.slice(0, 1_000) : '';
    const pausedSince = isPaused ? (before?.pausedSince ?? now) : null;
    const fruitless = (before?.fruitless ?? 0) + 1;
    this.#write(scheduleId, hostId, { failures, fruitless, retryAt: now + backoff(fruitless), pausedSince, reason });
    return isPaused && (before?.pausedSince ?? null) === null;
  }

  /** A run by threshold changed nothing at a host, although it was above: the next one waits. */
  postponed(scheduleId: ScheduleId, hostId: HostId, now: number): void {
    const { failures = 0, fruitless = 0, pausedSince = null, reason = '' } = this.#of(scheduleId).get(hostId) ?? {};
    const retryAt = now + backoff(fruitless + 1);
    this.#write(scheduleId, hostId, { failures, fruitless: fruitless + 1, retryAt, pausedSince, reason });
  }

  succeeded(scheduleId: ScheduleId, hostId: HostId): void {
    if (this.#of(scheduleId).has(hostId)) this.#remove(scheduleId, hostId);
  }

  /** The operator resumes a schedule on a host. */
  resume(scheduleId: ScheduleId, hostId: HostId): void {
    this.#remove(scheduleId, hostId);
  }

  /** Forgets schedules that are no more. */
  keep(scheduleIds: readonly ScheduleId[]): void {
    const kept = new Set(scheduleIds);
    for (const [scheduleId, hosts] of this.#records) {
      if (kept.has(scheduleId)) continue;
      for (const hostId of hosts.keys()) this.#remove(scheduleId, hostId);
      this.#records.delete(scheduleId);
    }
  }

  #of(scheduleId: ScheduleId): Map<HostId, HostRecord> {
    let hosts = this.#records.get(scheduleId);
    if (!hosts) {
      hosts = new Map();
      this.#records.set(scheduleId, hosts);
    }
    return hosts;
  }

  #write(scheduleId: ScheduleId, hostId: HostId, record: HostRecord): void {
    this.#of(scheduleId).set(hostId, record);
    const { failures, fruitless, retryAt, pausedSince, reason } = record;
    this.#database
      .prepare('INSERT OR REPLACE INTO schedule_hosts VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(scheduleId, hostId, failures, fruitless, retryAt, pausedSince, reason);
  }

  #remove(scheduleId: ScheduleId, hostId: HostId): void {
    this.#of(scheduleId).delete(hostId);
    this.#database.prepare('DELETE FROM schedule_hosts WHERE schedule_id = ? AND host_id = ?').run(scheduleId, hostId);
  }
}

function backoff(fruitless: number): number {
  return Math.min(maxBackoff, firstBackoff * 2 ** Math.min(fruitless - 1, 20));
}
