import type { DatabaseSync } from 'node:sqlite';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import type { HostTrend, ImageTrend, Spark, TrendSpan, TrendsKept } from '../contract/trends.ts';
import type { FleetChange } from '../fleet/access.ts';
import type { Clock } from '../fleet/clock.ts';
import { type Logger, logFault } from '../store/log.ts';
import { imageAges, pointAges } from './ages.ts';
import { Book } from './book.ts';
import { forecastOf, windowMs } from './forecast.ts';
import { type Look, lookOf } from './look.ts';
import { barsOf, emptyBars, type Kept, Reading } from './reading.ts';
import { Room } from './room.ts';
import { gapsOf, longestPause, pointsOf } from './series.ts';
import { beginOf, imageBar, spans } from './spans.ts';
import { Tidy } from './tidy.ts';

/** Between two looks that are written, whatever else there is to do is done; milliseconds. */
const between = 5;
/** When it is first thinned after the start; milliseconds. */
const settled = 10_000;
/** How often what is too old is taken away. */
const tidied = 600_000;
const hotMost = 20;
const sparkParts = 48;
const sparkWidth = 1_800;
const day = 86_400;

/** What is listened to: the hosts and their snapshots. */
export type TrendsFleet = {
  summary(hostId: HostId): HostSummary | undefined;
  summaries(): HostSummary[];
  images(hostId: HostId): HostImages;
  onChange(listener: (change: FleetChange) => void): () => void;
};

export type TrendsOptions = {
  database: DatabaseSync;
  file: string;
  fleet: TrendsFleet;
  clock: Clock;
  /** How large the file may be, in bytes. */
  bound: () => number;
  /** Milliseconds between two polls of a host, as preferred. */
  interval: () => number;
  log: Logger;
  /** A past for a host that was never looked at before, which only a simulated one has. */
  past?: (look: Look) => readonly Look[];
};

/** How the caches of all hosts grew and what was asked of them: written down with every poll, thinned with age, read again. */
export class Trends {
  readonly #options: TrendsOptions;
  readonly #book: Book;
  readonly #reading: Reading;
  readonly #room: Room;
  readonly #tidy: Tidy;
  /** When each host was last polled, as far as it was written down. */
  readonly #written = new Map<HostId, number>();
  readonly #waiting = new Set<HostId>();
  #leaveFleet: (() => void) | undefined;
  #cancelWrite: (() => void) | undefined;
  #cancelTidy: (() => void) | undefined;
  #failed = false;

  constructor(options: TrendsOptions) {
    const { database, bound } = options;
    this.#options = options;
    this.#book = new Book(database);
    this.#reading = new Reading(database);
    this.#room = new Room(database, bound);
    this.#tidy = new Tidy({ database, book: this.#book, room: this.#room });
  }

  /** Begins to listen. What was kept of hosts other than these goes, where they are given. */
  start(hostIds?: Iterable<HostId>): void {
    if (hostIds) this.#book.leaveOthers(new Set(hostIds));
    this.#leaveFleet = this.#options.fleet.onChange((change) => this.#changed(change));
    this.#tidyLater(settled);
  }

  /** A host over a span. `undefined` where there is no such host. */
  host(hostId: HostId, span: TrendSpan): HostTrend | undefined {
    const summary = this.#options.fleet.summary(hostId);
    if (!summary) return undefined;
    this.#write(hostId);
    const { step, point, bar } = spans[span];
    const now = this.#now;
    const from = beginOf(span, now, bar);
    const known = this.#book.host(hostId);
    const kept = known ? this.#reading.points(known.number, step, from, now) : [];
    const barStep = bar < 3_600 ? 300 : 3_600;
    const counted = known ? this.#reading.points(known.number, barStep, from, now) : [];
    const points = pointsOf(kept, from, now, point);
    return {
      hostId,
      from: from * 1_000,
      to: now * 1_000,
      points,
      gaps: gapsOf(
        points,
        from * 1_000,
        now * 1_000,
        longestPause(points, Math.max(3 * this.#options.interval(), 2_500 * point, 300_000)),
      ),
      bars: barsOf(counted, from, now, bar),
      forecast: forecastOf(this.#recent(known?.number, now), summary.limitBytes, now * 1_000),
      hot: known ? this.#hot(hostId, known.number, from) : [],
      since: known?.since ? known.since * 1_000 : null,
    };
  }

  /** The hits of an image over a span, on these hosts. */
  image(imageId: ImageId, hostIds: readonly HostId[], span: TrendSpan): ImageTrend {
    const now = this.#now;
    const table = imageBar[span];
    const width = table === 'hours' ? 3_600 : day;
    const from = beginOf(span, now, width);
    const bars = emptyBars(from, now, width);
    const number = this.#book.image(imageId);
    const hosts: ImageTrend['hosts'] = [];
    for (const hostId of hostIds) {
      const known = this.#book.host(hostId);
      if (!known) continue;
      // Where a host was looked at, nothing gained is none; where it was not, it is not known.
      const looked = barsOf(this.#reading.points(known.number, 3_600, from, now), from, now, width);
      for (const [index, { hits, overMs }] of looked.entries()) {
        const bar = bars[index];
        if (!bar || hits === null) continue;
        bar.hits ??= 0;
        bar.overMs = Math.max(bar.overMs, overMs);
      }
      const until = Math.floor(now / width);
      const gains = number === undefined ? [] : this.#reading.gains(table, known.number, number, from / width, until);
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

  /** The last 24 hours of all hosts, coarsely. */
  sparks(): { from: number; to: number; hosts: Spark[] } {
    const now = this.#now;
    const first = Math.floor(now / sparkWidth) - sparkParts + 1;
    const hosts = this.#options.fleet.summaries().map(({ id: hostId }) => {
      const spark: Spark = { hostId, sizeBytes: Array(sparkParts).fill(null), hits: Array(sparkParts).fill(null) };
      const known = this.#book.host(hostId);
      if (!known) return spark;
      for (const { part, size, hits } of this.#reading.parts(known.number, first * sparkWidth, sparkWidth)) {
        if (part - first >= sparkParts) continue;
        spark.sizeBytes[part - first] = size;
        spark.hits[part - first] = hits;
      }
      return spark;
    });
    return { from: first * sparkWidth * 1_000, to: now * 1_000, hosts };
  }

  kept(): TrendsKept {
    const { share } = this.#tidy;
    return {
      bytes: this.#room.file,
      boundBytes: this.#room.bound,
      file: this.#options.file,
      ages: [...pointAges, ...imageAges].map(({ what, age }) => ({ what, ms: age * share * 1_000 })),
      shortened: share < 1,
    };
  }

  /** Takes away what is too old or too much, now. */
  tidy(): Promise<void> {
    return this.#tidy.run(this.#options.clock.now());
  }

  /** Writes a look at a host down at once. Where there is no room it is let go: the next one tells the more. */
  record(look: Look): void {
    if (!this.#room.hasRoomFor(look.cached)) return;
    const past = this.#book.host(look.hostId) ? undefined : this.#options.past?.(look);
    this.#book.write(...(past ?? []), look);
  }

  /** Writes down what waits, and ends. The database is closed with it. */
  async stop(): Promise<void> {
    this.#leaveFleet?.();
    this.#cancelWrite?.();
    this.#cancelTidy?.();
    await this.#tidy.stop();
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
      this.#guarded(() => this.#book.leave(hostId), 'forgetting the trends of a host');
    }
    for (const hostId of changed) {
      const at = this.#options.fleet.summary(hostId)?.refreshedAt ?? null;
      if (at !== null && at !== this.#written.get(hostId)) this.#waiting.add(hostId);
    }
    if (this.#waiting.size > 0) this.#cancelWrite ??= this.#options.clock.after(between, () => this.#next());
  }

  /** One host after another, so that whatever else there is to do is done in between. */
  #next(): void {
    this.#cancelWrite = undefined;
    const [hostId] = this.#waiting;
    if (hostId === undefined) return;
    this.#write(hostId);
    if (this.#room.isFull) void this.#tidyNow();
    if (this.#waiting.size > 0) this.#cancelWrite = this.#options.clock.after(between, () => this.#next());
  }

  #write(hostId: HostId): void {
    this.#waiting.delete(hostId);
    const { fleet } = this.#options;
    const summary = fleet.summary(hostId);
    if (!summary || summary.refreshedAt === null || summary.refreshedAt === this.#written.get(hostId)) return;
    const look = lookOf(summary, fleet.images(hostId));
    this.#written.set(hostId, summary.refreshedAt);
    if (look) this.#guarded(() => this.record(look), 'writing trends down');
  }

  /** A disk that is full, say, keeps nobody from working: trends have a gap then. */
  #guarded(run: () => void, where: string): void {
    try {
      run();
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) logFault(this.#options.log, error, where);
      this.#failed = true;
    }
  }

  async #tidyNow(): Promise<void> {
    try {
      await this.tidy();
    } catch (error) {
      logFault(this.#options.log, error, 'thinning trends');
    }
  }

  #tidyLater(milliseconds: number): void {
    this.#cancelTidy = this.#options.clock.after(milliseconds, () => {
      void this.#tidyNow();
      this.#tidyLater(tidied);
    });
  }

  #recent(host: number | undefined, now: number): { at: number; sizeBytes: number }[] {
    if (host === undefined) return [];
    const kept: Kept[] = this.#reading.points(host, 300, now - windowMs / 1_000, now);
    return kept.map(({ looked_at: at, size }) => ({ at: at * 1_000, sizeBytes: size }));
  }

  #hot(hostId: HostId, host: number, from: number): HostTrend['hot'] {
    const hot = this.#reading.hot(host, from, hotMost);
    const names = new Map(
      this.#options.fleet.images(hostId).cached.map(({ imageId, description }) => [imageId, description?.name ?? null]),
    );
    return hot.map(({ imageId, hits }) => ({ imageId, hits, name: names.get(imageId) ?? null }));
  }
}
