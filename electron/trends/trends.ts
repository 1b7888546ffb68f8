import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import type { Forecast, HostTrend, ImageTrend, Spark, TrendSpan, TrendsRetention } from '../contract/trends.ts';
import type { FleetChange } from '../fleet/host-access.ts';
import type { Clock } from '../lib/clock.ts';
import { logFault } from '../lib/fault.ts';
import { inSlices } from '../lib/slices.ts';
import type { Logger } from '../store/log.ts';
import { reportDamage } from '../store/sqlite/damage-watch.ts';
import { checkDatabase, type StorageHealth } from '../store/storage-health.ts';
import { DiskBudget } from './disk-budget.ts';
import { forecastLimit, forecastWindowMs } from './forecast.ts';
import { emptyBars, hitBars, type StoredPoint, TrendReader } from './trend-reader.ts';
import { TrendRetention } from './trend-retention.ts';
import { findGaps, imageTable, maxPauseMs, samplePoints, spanStart, spans } from './trend-series.ts';
import { type Sample, sampleOf, TrendWriter } from './trend-writer.ts';
import { imageRetention, pointRetention } from './trends-database.ts';

/** Pause between two writes, in which other work runs; milliseconds. */
const writeDelayMs = 5;
/** When retention first runs after the start; milliseconds. */
const firstRetentionMs = 10_000;
/** How often retention runs; milliseconds. */
const retentionIntervalMs = 600_000;
const maxHotImages = 20;
const sparkParts = 48;
const sparkWidth = 1_800;
const day = 86_400;

/** The hosts and their snapshots, as trends need them. */
export type TrendsFleet = {
  summary(hostId: HostId): HostSummary | undefined;
  summaries(): HostSummary[];
  images(hostId: HostId): HostImages;
  onChange(listener: (change: FleetChange) => void): () => void;
};

export type TrendsOptions = {
  database: DatabaseSync;
  /** Gets the errors of samples that could not be stored. */
  storage: StorageHealth;
  file: string;
  fleet: TrendsFleet;
  clock: Clock;
  /** The size limit of the file, in bytes. */
  bound: () => number;
  /** The preferred time between two polls of a host, in milliseconds. */
  interval: () => number;
  log: Logger;
  /** The history of a host that was never sampled before; only simulated hosts have one. */
  past?: (sample: Sample) => readonly Sample[];
};

/** The history of all caches, their sizes and hits: stored with every poll, thinned with age, read for charts. */
export class Trends {
  readonly #options: TrendsOptions;
  readonly #writer: TrendWriter;
  readonly #reader: TrendReader;
  readonly #budget: DiskBudget;
  readonly #retention: TrendRetention;
  /** The time of each host's last poll that is stored; epoch milliseconds. */
  readonly #written = new Map<HostId, number>();
  readonly #waiting = new Set<HostId>();
  #leaveFleet: (() => void) | undefined;
  #cancelWrite: (() => void) | undefined;
  #cancelRetention: (() => void) | undefined;
  #removeCheck: (() => void) | undefined;
  /** A long sample that is being stored in parts. */
  #storing: Promise<void> | undefined;
  #stopped = false;
  #failed = false;

  constructor(options: TrendsOptions) {
    const { database, bound } = options;
    this.#options = options;
    this.#writer = new TrendWriter(database);
    this.#reader = new TrendReader(database);
    this.#budget = new DiskBudget(database, bound);
    this.#retention = new TrendRetention({ database, writer: this.#writer, budget: this.#budget });
  }

  /** Starts listening to the fleet. Forgets the data of hosts other than `hostIds`, if given. */
  start(hostIds?: Iterable<HostId>): void {
    const { database, storage } = this.#options;
    this.#removeCheck = storage.addCheck(() => checkDatabase(database));
    if (hostIds) this.#forgetExcept(new Set(hostIds));
    this.#leaveFleet = this.#options.fleet.onChange((change) => this.#changed(change));
    this.#scheduleRetention(firstRetentionMs);
  }

  #forgetExcept(hostIds: ReadonlySet<HostId>): void {
    try {
      this.#writer.forgetHostsExcept(hostIds);
    } catch (error) {
      // On a full disk, the next start does it.
      if (!this.#options.storage.report(error)) throw error;
    }
  }

  /** A host's history over a span; undefined for an unknown host. */
  host(hostId: HostId, span: TrendSpan): HostTrend | undefined {
    return this.#read(() => this.#host(hostId, span));
  }

  #host(hostId: HostId, span: TrendSpan): HostTrend | undefined {
    const summary = this.#options.fleet.summary(hostId);
    if (!summary) return undefined;
    this.#write(hostId);
    const { step, point, bar } = spans[span];
    const now = this.#now;
    const from = spanStart(span, now, bar);
    const known = this.#writer.host(hostId);
    const kept = known ? this.#reader.points(known.number, step, from, now) : [];
    const barStep = bar < 3_600 ? 300 : 3_600;
    const counted = known ? this.#reader.points(known.number, barStep, from, now) : [];
    const points = samplePoints(kept, from, now, point);
    return {
      hostId,
      from: from * 1_000,
      to: now * 1_000,
      points,
      gaps: findGaps(
        points,
        from * 1_000,
        now * 1_000,
        maxPauseMs(points, Math.max(3 * this.#options.interval(), 2_500 * point, 300_000)),
      ),
      bars: hitBars(counted, from, now, bar),
      forecast: forecastLimit(this.#recent(known?.number, now), summary.limitBytes, now * 1_000),
      hot: known ? this.#hot(hostId, known.number, from) : [],
      since: known?.since ? known.since * 1_000 : null,
    };
  }

  /** When a host reaches its limit, by the trend of the last day; undefined for a host that was never sampled. */
  forecast(hostId: HostId): Forecast | undefined {
    return this.#read(() => {
      const known = this.#writer.host(hostId);
      const limitBytes = this.#options.fleet.summary(hostId)?.limitBytes ?? null;
      return known && forecastLimit(this.#recent(known.number, this.#now), limitBytes, this.#now * 1_000);
    });
  }

  /** The hits of an image over a span, on these hosts. */
  image(imageId: ImageId, hostIds: readonly HostId[], span: TrendSpan): ImageTrend {
    return this.#read(() => this.#image(imageId, hostIds, span));
  }

  #image(imageId: ImageId, hostIds: readonly HostId[], span: TrendSpan): ImageTrend {
    const now = this.#now;
    const table = imageTable[span];
    const width = table === 'hours' ? 3_600 : day;
    const from = spanStart(span, now, width);
    const bars = emptyBars(from, now, width);
    const number = this.#writer.image(imageId);
    const hosts: ImageTrend['hosts'] = [];
    for (const hostId of hostIds) {
      const known = this.#writer.host(hostId);
      if (!known) continue;
      // With samples but no gain, an hour has no hits; without samples, its hits are unknown.
      const sampledBars = hitBars(this.#reader.points(known.number, 3_600, from, now), from, now, width);
      for (const [index, { hits, overMs }] of sampledBars.entries()) {
        const bar = bars[index];
        if (!bar || hits === null) continue;
        bar.hits ??= 0;
        bar.overMs = Math.max(bar.overMs, overMs);
      }
      const until = Math.floor(now / width);
      const gains = number === undefined ? [] : this.#reader.gains(table, known.number, number, from / width, until);
      for (const { at, hits } of gains) {
        const bar = bars[at - from / width];
        if (bar) bar.hits = (bar.hits ?? 0) + hits;
      }
      const sum = gains.reduce((all, { hits }) => all + hits, 0);
      if (sum > 0) hosts.push({ hostId, hits: sum });
    }
    hosts.sort((a, b) => b.hits - a.hits);
    return { from: from * 1_000, to: now * 1_000, bars, hosts: hosts.slice(0, 1_000) };
  }

  /** The last 24 hours of every host at low resolution, for sparklines. */
  sparks(): { from: number; to: number; hosts: Spark[] } {
    return this.#read(() => this.#sparks());
  }

  #sparks(): { from: number; to: number; hosts: Spark[] } {
    const now = this.#now;
    const first = Math.floor(now / sparkWidth) - sparkParts + 1;
    const hosts = this.#options.fleet.summaries().map(({ id: hostId }) => {
      const spark: Spark = { hostId, sizeBytes: Array(sparkParts).fill(null), hits: Array(sparkParts).fill(null) };
      const known = this.#writer.host(hostId);
      if (!known) return spark;
      for (const { part, size, hits } of this.#reader.parts(known.number, first * sparkWidth, sparkWidth)) {
        if (part - first >= sparkParts) continue;
        spark.sizeBytes[part - first] = size;
        spark.hits[part - first] = hits;
      }
      return spark;
    });
    return { from: first * sparkWidth * 1_000, to: now * 1_000, hosts };
  }

  retention(): TrendsRetention {
    const { share } = this.#retention;
    return {
      bytes: this.#budget.fileBytes,
      boundBytes: this.#budget.limitBytes,
      file: this.#options.file,
      ages: [...pointRetention, ...imageRetention].map(({ what, age }) => ({ what, ms: age * share * 1_000 })),
      shortened: share < 1,
    };
  }

  /** Removes what is too old or over budget now. */
  applyRetention(): Promise<void> {
    return this.#retention.run(this.#options.clock.now());
  }

  /** Stores a sample at once. Without room it is dropped; the next one covers the longer time. */
  record(sample: Sample): void {
    if (!this.#budget.fits(sample.cached)) return;
    const past = this.#writer.host(sample.hostId) ? undefined : this.#options.past?.(sample);
    this.#writer.write(...(past ?? []), sample);
  }

  /** Stores what is waiting and closes the database. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leaveFleet?.();
    this.#cancelWrite?.();
    this.#cancelRetention?.();
    this.#removeCheck?.();
    await this.#retention.stop();
    this.#writer.giveUpParts();
    await this.#storing;
    for (const hostId of [...this.#waiting]) this.#write(hostId);
    if (this.#options.database.isOpen) this.#options.database.close();
  }

  get #now(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }

  #changed({ changed, removed }: FleetChange): void {
    for (const hostId of removed) {
      this.#waiting.delete(hostId);
      this.#written.delete(hostId);
      this.#guarded(() => this.#writer.forgetHost(hostId), 'forgetting the trends of a host');
    }
    for (const hostId of changed) {
      const at = this.#options.fleet.summary(hostId)?.refreshedAt ?? null;
      if (at !== null && at !== this.#written.get(hostId)) this.#waiting.add(hostId);
    }
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    if (this.#waiting.size === 0 || this.#storing) return;
    this.#cancelWrite ??= this.#options.clock.after(writeDelayMs, () => this.#next());
  }

  /** Stores one host at a time so that other work runs in between. */
  #next(): void {
    this.#cancelWrite = undefined;
    const [hostId] = this.#waiting;
    if (hostId === undefined) return;
    const sample = this.#waitingSample(hostId);
    if (!sample || !this.#isLong(sample)) {
      this.#write(hostId);
      this.#stored();
      return;
    }
    this.#storing = this.#writeLong(sample).then(() => {
      this.#storing = undefined;
      this.#stored();
    });
  }

  #stored(): void {
    if (this.#stopped) return;
    if (this.#budget.isFull) void this.#runRetention();
    this.#scheduleNext();
  }

  #isLong(sample: Sample): boolean {
    return this.#read(() => this.#writer.isLong(sample));
  }

  /** The sample of a host's last poll, unless it is stored. */
  #waitingSample(hostId: HostId): Sample | undefined {
    const { fleet } = this.#options;
    const summary = fleet.summary(hostId);
    if (!summary || summary.refreshedAt === null || summary.refreshedAt === this.#written.get(hostId)) return undefined;
    return sampleOf(summary, fleet.images(hostId));
  }

  async #writeLong(sample: Sample): Promise<void> {
    this.#waiting.delete(sample.hostId);
    this.#written.set(sample.hostId, sample.at);
    try {
      if (this.#budget.fits(sample.cached)) await inSlices(this.#writer.writeSteps(sample));
      this.#failed = false;
    } catch (error) {
      this.#noteFailure(error, 'storing trends');
    }
  }

  /** Stores the last poll of a host, unless its list is long: that takes time, and nothing waits for it. */
  #write(hostId: HostId): void {
    const sample = this.#waitingSample(hostId);
    if (sample && this.#isLong(sample)) return;
    this.#waiting.delete(hostId);
    const at = this.#options.fleet.summary(hostId)?.refreshedAt ?? null;
    if (at !== null) this.#written.set(hostId, at);
    if (sample) this.#guarded(() => this.record(sample), 'storing trends');
  }

  /** An invalid row means that the database is damaged. */
  #read<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw error instanceof z.ZodError ? reportDamage(this.#options.database, error) : error;
    }
  }

  /** A failure, such as a full disk, leaves a gap in the trends and stops nothing else. It is logged once. */
  #guarded(run: () => void, where: string): void {
    try {
      run();
      this.#failed = false;
    } catch (error) {
      this.#noteFailure(error, where);
    }
  }

  #noteFailure(error: unknown, where: string): void {
    if (this.#options.storage.report(error)) return;
    if (!this.#failed) logFault(this.#options.log, error, where);
    this.#failed = true;
  }

  async #runRetention(): Promise<void> {
    try {
      await this.applyRetention();
    } catch (error) {
      this.#noteFailure(error, 'thinning trends');
    }
  }

  #scheduleRetention(milliseconds: number): void {
    this.#cancelRetention = this.#options.clock.after(milliseconds, () => {
      void this.#runRetention();
      this.#scheduleRetention(retentionIntervalMs);
    });
  }

  #recent(host: number | undefined, now: number): { at: number; sizeBytes: number }[] {
    if (host === undefined) return [];
    const kept: StoredPoint[] = this.#reader.points(host, 300, now - forecastWindowMs / 1_000, now);
    return kept.map(({ looked_at: at, size }) => ({ at: at * 1_000, sizeBytes: size }));
  }

  #hot(hostId: HostId, host: number, from: number): HostTrend['hot'] {
    const hot = this.#reader.hot(host, from, maxHotImages);
    const wanted = new Set(hot.map(({ imageId }) => imageId));
    const names = new Map<ImageId, string | null>();
    for (const { imageId, description } of this.#options.fleet.images(hostId).cached) {
      if (wanted.has(imageId)) names.set(imageId, description?.name ?? null);
    }
    return hot.map(({ imageId, hits }) => ({ imageId, hits, name: names.get(imageId) ?? null }));
  }
}
