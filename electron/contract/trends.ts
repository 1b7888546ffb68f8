import { z } from 'zod';
import { nothing, procedure } from './failure.ts';
import { hostId, maxHosts } from './hosts.ts';
import { imageId } from './images.ts';

/** How far back a trend is looked at. */
export const trendSpan = z.enum(['6h', '24h', '7d', '30d', '90d']);
export type TrendSpan = z.infer<typeof trendSpan>;

const time = z.number();
const hits = z.number().min(0);

/** How a host stood when it was last looked at in a part of the span. Times in epoch milliseconds, sizes in bytes. */
export const trendPoint = z.object({
  at: time,
  sizeBytes: z.number().min(0),
  /** The limit as the operator stated it then; null where none was. */
  limitBytes: z.number().nullable(),
  images: z.int().min(0),
  queued: z.int().min(0),
});
export type TrendPoint = z.infer<typeof trendPoint>;

/** A time in which a host was not looked at: it did not answer, polling was paused, or the console was closed. */
export const trendGap = z.object({ from: time, to: time });
export type TrendGap = z.infer<typeof trendGap>;

/**
 * Hits that were gained in a part of the span; null where the host was not looked at in it, which is not none.
 * `overMs` is the time in which they were gained: longer than the part itself where there was a gap before it.
 */
export const trendBar = z.object({ from: time, to: time, hits: hits.nullable(), overMs: z.number().min(0) });
export type TrendBar = z.infer<typeof trendBar>;

/** When a cache reaches its limit if it goes on growing as it did in the last 24 hours. */
export const forecast = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reaches'), inMs: z.number().min(0), bytesPerDay: z.number(), overMs: z.number() }),
  /** It does grow, but so slowly that a year would not be enough. */
  z.object({ kind: z.literal('farOff'), bytesPerDay: z.number(), overMs: z.number() }),
  z.object({ kind: z.literal('notGrowing'), overMs: z.number() }),
  z.object({ kind: z.literal('overLimit') }),
  z.object({ kind: z.literal('noLimit') }),
  /** Too little is known yet: so much, and at least so much is needed. */
  z.object({ kind: z.literal('tooLittle'), knownMs: z.number().min(0), neededMs: z.number().min(0) }),
]);
export type Forecast = z.infer<typeof forecast>;

export const hotImage = z.object({ imageId, name: z.string().max(1_000).nullable(), hits });
export type HotImage = z.infer<typeof hotImage>;

/** A host over a span: at most 500 points, 200 bars and 20 images. */
export const hostTrend = z.object({
  hostId,
  from: time,
  to: time,
  points: z.array(trendPoint).max(500),
  gaps: z.array(trendGap).max(500),
  bars: z.array(trendBar).max(200),
  forecast,
  /** The images that gained most hits in the span, most first. */
  hot: z.array(hotImage).max(20),
  /** When the host was first looked at, as far as that is kept; null where it never was. */
  since: time.nullable(),
});
export type HostTrend = z.infer<typeof hostTrend>;

/** The hits of one image over a span, on one host or on all of them. */
export const imageTrend = z.object({
  from: time,
  to: time,
  bars: z.array(trendBar).max(200),
  /** The hosts on which it gained any, most first. */
  hosts: z.array(z.object({ hostId, hits })).max(maxHosts),
});
export type ImageTrend = z.infer<typeof imageTrend>;

/** A host's last 24 hours in 48 parts, oldest first; null where it was not looked at. */
export const spark = z.object({
  hostId,
  sizeBytes: z.array(z.number().nullable()).max(48),
  hits: z.array(z.number().nullable()).max(48),
});
export type Spark = z.infer<typeof spark>;

/** What the trends take on the disk, and the bound that they keep. */
export const trendsKept = z.object({
  bytes: z.number().min(0),
  boundBytes: z.number().min(0),
  file: z.string().max(4_096),
  /** How long each detail is kept, in milliseconds, as the bound allows at present. */
  ages: z.array(
    z.object({ what: z.enum(['looks', 'minutes', 'hours', 'days', 'imageHours', 'imageDays']), ms: z.number() }),
  ),
  /** Whether the bound makes them shorter than they would be. */
  shortened: z.boolean(),
});
export type TrendsKept = z.infer<typeof trendsKept>;

/** How caches grew and what was asked of them, over time. */
export const trendsProcedures = {
  host: procedure.input(z.object({ id: hostId, span: trendSpan })).output(hostTrend),
  /** On one host, or, where none is named, on all. */
  image: procedure.input(z.object({ imageId, hostId: hostId.optional(), span: trendSpan })).output(imageTrend),
  /** Of all hosts in one answer, for the fleet's table. */
  sparks: procedure.input(nothing).output(z.object({ from: time, to: time, hosts: z.array(spark) })),
  kept: procedure.input(nothing).output(trendsKept),
};
