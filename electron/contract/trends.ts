import { z } from 'zod';
import { nothing, procedure } from './failure.ts';
import { hostId, maxHosts } from './hosts.ts';
import { imageId } from './images.ts';

/** The time range of a trend, ending now. */
export const trendSpan = z.enum(['6h', '24h', '7d', '30d', '90d']);
export type TrendSpan = z.infer<typeof trendSpan>;

const time = z.number();
const hits = z.number().min(0);

/** The last sample of a host in a part of the span. Times in epoch milliseconds, sizes in bytes. */
export const trendPoint = z.object({
  at: time,
  sizeBytes: z.number().min(0),
  /** The limit that the operator stated at that time. Null when there was none. */
  limitBytes: z.number().nullable(),
  images: z.int().min(0),
  queued: z.int().min(0),
});
export type TrendPoint = z.infer<typeof trendPoint>;

/** A period without samples: the host did not answer, polling was paused, or the console was closed. */
export const trendGap = z.object({ from: time, to: time });
export type TrendGap = z.infer<typeof trendGap>;

/**
 * The hits gained in a part of the span. Null when there is no sample, which differs from 0. `overMs` is the time in
 * which they were gained; it is longer than the part when a gap precedes it.
 */
export const trendBar = z.object({ from: time, to: time, hits: hits.nullable(), overMs: z.number().min(0) });
export type TrendBar = z.infer<typeof trendBar>;

/** When a cache reaches its limit, extrapolated from the last 24 hours. */
export const forecast = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reaches'), inMs: z.number().min(0), bytesPerDay: z.number(), overMs: z.number() }),
  /** The cache grows, but reaches its limit in more than a year. */
  z.object({ kind: z.literal('farOff'), bytesPerDay: z.number(), overMs: z.number() }),
  z.object({ kind: z.literal('notGrowing'), overMs: z.number() }),
  z.object({ kind: z.literal('overLimit') }),
  z.object({ kind: z.literal('noLimit') }),
  /** The samples cover too little time: `knownMs` of the `neededMs` that are required. */
  z.object({ kind: z.literal('tooLittle'), knownMs: z.number().min(0), neededMs: z.number().min(0) }),
]);
export type Forecast = z.infer<typeof forecast>;

export const hotImage = z.object({ imageId, name: z.string().max(1_000).nullable(), hits });
export type HotImage = z.infer<typeof hotImage>;

/** The trend of a host over a span. */
export const hostTrend = z.object({
  hostId,
  from: time,
  to: time,
  points: z.array(trendPoint).max(500),
  gaps: z.array(trendGap).max(500),
  bars: z.array(trendBar).max(200),
  forecast,
  /** The images that gained the most hits in the span, most hits first. */
  hot: z.array(hotImage).max(20),
  /** The time of the oldest sample that is kept. Null when there is none. */
  since: time.nullable(),
});
export type HostTrend = z.infer<typeof hostTrend>;

/** The hits of one image over a span, on one host or on all hosts. */
export const imageTrend = z.object({
  from: time,
  to: time,
  bars: z.array(trendBar).max(200),
  /** The hosts on which the image gained hits, most hits first. */
  hosts: z.array(z.object({ hostId, hits })).max(maxHosts),
});
export type ImageTrend = z.infer<typeof imageTrend>;

/** A host's last 24 hours in 48 parts, oldest first. Null for a part without a sample. */
export const spark = z.object({
  hostId,
  sizeBytes: z.array(z.number().nullable()).max(48),
  hits: z.array(z.number().nullable()).max(48),
});
export type Spark = z.infer<typeof spark>;

/** The disk usage of trends, and their budget. */
export const trendsRetention = z.object({
  bytes: z.number().min(0),
  boundBytes: z.number().min(0),
  file: z.string().max(4_096),
  /** The retention of each resolution in milliseconds, as the budget currently allows. */
  ages: z.array(
    z.object({ what: z.enum(['looks', 'minutes', 'hours', 'days', 'imageHours', 'imageDays']), ms: z.number() }),
  ),
  /** Whether the budget shortens the retention. */
  shortened: z.boolean(),
});
export type TrendsRetention = z.infer<typeof trendsRetention>;

/** The sizes and hits of caches over time. */
export const trendsProcedures = {
  host: procedure.input(z.object({ id: hostId, span: trendSpan })).output(hostTrend),
  /** On one host, or on all hosts when `hostId` is absent. */
  image: procedure.input(z.object({ imageId, hostId: hostId.optional(), span: trendSpan })).output(imageTrend),
  /** The sparklines of all hosts, for the table of the fleet. */
  sparks: procedure.input(nothing).output(z.object({ from: time, to: time, hosts: z.array(spark) })),
  retention: procedure.input(nothing).output(trendsRetention),
};
