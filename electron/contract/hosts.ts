import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure } from './failure.ts';
import { remoteAccess } from './remote.ts';

/** The most hosts that the console can have, and so the most that one call or answer can name. */
export const maxHosts = 10_000;

export const hostId = z.string().min(1).max(64);
export type HostId = z.infer<typeof hostId>;

/** An address as an operator types it, kept as `parseAddress` writes it. */
export const address = z
  .string()
  .max(500)
  .transform((text, context) => {
    const parsed = parseAddress(text);
    if (parsed) return parsed;
    context.addIssue({
      code: 'custom',
      message: 'Not the address of a host, such as glance-01:9292 or https://host/image',
    });
    return z.NEVER;
  });

/** The operator's own words for a host, such as a site or a rack; the coverage is grouped by the first of them. */
export const hostLabels = z.array(z.string().trim().min(1).max(50)).max(20);

/** A host as the settings file keeps it. */
export const hostSettings = z.object({
  id: hostId,
  cloudId,
  name: z.string().trim().min(1).max(100),
  address,
  /** The host's `image_cache_max_size` in bytes, as the operator states it; Glance does not tell it. */
  limitBytes: z.int().min(1).nullable(),
  note: z.string().max(1_000),
  labels: hostLabels.default([]),
  /** How its own programs are run over OpenSSH; null where that is as its cloud says. */
  remote: remoteAccess.nullable().default(null),
});
export type HostSettings = z.infer<typeof hostSettings>;

export const addHost = z.object({
  cloudId,
  address,
  name: z.string().trim().max(100).optional(),
  limitBytes: hostSettings.shape.limitBytes.default(null),
  note: hostSettings.shape.note.default(''),
  labels: hostSettings.shape.labels,
  remote: hostSettings.shape.remote,
});
/** Without the defaults of `remote` and `labels`, which would take them away. */
export const updateHost = hostSettings
  .omit({ cloudId: true })
  .partial()
  .required({ id: true })
  .extend({ remote: remoteAccess.nullable().optional(), labels: hostLabels.optional() });

/** Many hosts at once: one address a line, then optionally a name and a limit, separated by blanks or commas. */
export const pasteHosts = z.object({ cloudId, text: z.string().max(100_000), add: z.boolean() });
export const pasteReport = z.object({
  lines: z
    .array(
      z.object({
        line: z.int().min(1),
        text: z.string().max(600),
        outcome: z.enum(['willAdd', 'added', 'duplicate', 'invalid']),
        address: z.string().max(500).nullable(),
        name: z.string().max(100).nullable(),
        limitBytes: z.number().nullable(),
        reason: z.string().max(500).nullable(),
      }),
    )
    .max(maxHosts),
});
export type PasteReport = z.infer<typeof pasteReport>;

/**
 * What an ability of a host rests on: the cache API (2.14), the legacy middleware, or nothing, with the reason and the
 * way to get it.
 */
export const ability = z.discriminatedUnion('can', [
  z.object({ can: z.literal(true), how: z.enum(['cacheApi', 'legacy']) }),
  z.object({ can: z.literal(false), reason: z.string().max(500), remedy: z.string().max(500) }),
]);
export type Ability = z.infer<typeof ability>;

/** What a host can do, found by asking it. */
export const capabilities = z.object({
  dialect: z.enum(['cacheApi', 'legacy']),
  /** Every version that the host lists, newest first, by number and not by the host's order. */
  versions: z.array(z.string().max(20)).max(200),
  /** The newest of them, `2.18`. */
  apiVersion: z.string().max(20),
  /** The releases that list exactly these, `2026.2 (33) or later`. */
  release: z.string().max(100),
  /** Whether a queued image is fetched at once (25 and later), by the host's own job every 300 s, or by nobody. */
  fetch: z.enum(['atOnce', 'periodic', 'byProgram']),
  abilities: z.object({
    list: ability,
    queue: ability,
    delete: ability,
    clear: ability,
    prune: ability,
    clean: ability,
  }),
});
export type Capabilities = z.infer<typeof capabilities>;
export type AbilityName = keyof Capabilities['abilities'];

/**
 * How a host's maintenance is done: by its own API (`native`), by its own program over OpenSSH (`ssh`), or, a prune only,
 * by deleting the least recently accessed images over the API until it is within its limit (`delete`), or, a prefetch
 * only, by reading each queued image through the host and throwing it away (`read`).
 */
export const rungName = z.enum(['native', 'ssh', 'delete', 'read']);
export type RungName = z.infer<typeof rungName>;

/** One way of doing it, and whether this host allows it. */
export const rung = z.discriminatedUnion('usable', [
  z.object({ rung: rungName, usable: z.literal(true) }),
  z.object({
    rung: rungName,
    usable: z.literal(false),
    reason: z.string().max(500),
    remedy: z.string().max(500),
  }),
]);
export type Rung = z.infer<typeof rung>;

/** The ways of each, best first; the first usable one is taken unless the operator says another. */
export const maintenance = z.object({
  prune: z.array(rung).max(3),
  clean: z.array(rung).max(3),
  prefetch: z.array(rung).max(3),
});
export type Maintenance = z.infer<typeof maintenance>;

/** What makes an address look like a load balancer's, behind which a request may reach one host or another. */
export const addressMark = z.object({
  kind: z.enum(['catalogue', 'answersDiffer', 'manyAddresses', 'between']),
  /** A few words for a tag: `the catalogue’s endpoint`. */
  label: z.string().max(100),
  /** What was seen, and what it means. */
  text: z.string().max(1_000),
});
export type AddressMark = z.infer<typeof addressMark>;

/** A host tried from end to end, step by step, before it is trusted. */
export const hostVerdict = z.object({
  steps: z
    .array(
      z.object({
        step: z.enum(['reachable', 'tls', 'token', 'caching', 'version', 'role', 'abilities', 'oneHost']),
        outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
        text: z.string().max(1_000),
      }),
    )
    .max(20),
  capabilities: capabilities.nullable(),
  failure: failure.nullable(),
  /** Why the address may be a load balancer's. It is no refusal: it may be added all the same. */
  marks: z.array(addressMark).max(10),
});
export type HostVerdict = z.infer<typeof hostVerdict>;

/** Glance's default port, `bind_port` of glance-api.conf. */
const defaultPort = 9292;

/**
 * The address of a glance-api host from what an operator types: `glance-01`, `glance-01:9292`, `[fd00::1]`,
 * `https://glance-01/image`. Without a scheme it is http, without a port and a scheme it is Glance's 9292. A trailing
 * `/v2` goes. `undefined` when it is no such address, or when it carries a login, a query or a fragment.
 */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 500 || /\s/.test(trimmed)) return undefined;
  const schemed = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  if (!schemed && /^[^[]*:[^:]*:/.test(trimmed)) return undefined;
  let url: URL;
  try {
    url = new URL(schemed ? trimmed : `http://${trimmed}`);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username || url.password || url.search || url.hash || !url.hostname) return undefined;
  if (!schemed && !/^(\[[^\]]*\]|[^/:]*):80(\/|$)/.test(trimmed) && url.port === '') url.port = String(defaultPort);
  const path = url.pathname.replace(/(?:\/(?:v2)?)+$/, '');
  const address = `${url.origin}${path}`;
  // What is not ASCII grows when it is encoded.
  return address.length <= 500 ? address : undefined;
}

/** The name a host gets when the operator gives none: the first label of its host name, or its whole IP address; no longer than a name may be. */
export function nameOfAddress(address: string): string {
  const host = new URL(address).hostname;
  const name = /^[\d.]+$|^\[/.test(host) ? host : host.split('.').find((label) => label !== '');
  return (name ?? host).slice(0, 100);
}
