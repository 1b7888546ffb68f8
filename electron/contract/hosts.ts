import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure } from './failure.ts';
import { remoteAccess } from './remote.ts';

/** The maximum number of hosts of the console, and so of one call or answer. */
export const maxHosts = 10_000;

export const hostId = z.string().min(1).max(64);
export type HostId = z.infer<typeof hostId>;

/** An address as an operator types it, normalized by `parseAddress`. */
export const address = z
  .string()
  .max(500)
  .transform((text, context) => {
    const parsed = parseAddress(text);
    if (parsed) return parsed;
    context.addIssue({
      code: 'custom',
      message: 'Enter a host address such as glance-01:9292 or https://host/image',
    });
    return z.NEVER;
  });

/** The name of a Keystone region. Null means the region of the cloud's login. */
const hostRegion = z.string().trim().min(1).max(255).nullable();

/** The operator's labels of a host, such as a site or a rack. The coverage page groups hosts by the first label. */
export const hostLabels = z.array(z.string().trim().min(1).max(50)).max(20);

/** A host as stored in the settings file. */
export const hostSettings = z.object({
  id: hostId,
  cloudId,
  name: z.string().trim().min(1).max(100),
  address,
  /** The host's `image_cache_max_size` in bytes, as stated by the operator. The API does not report it. */
  limitBytes: z.int().min(1).nullable(),
  note: z.string().max(1_000),
  labels: hostLabels.default([]),
  region: hostRegion.default(null),
  /** How the console runs programs on the host over OpenSSH. Null means as configured for the cloud. */
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
  region: hostSettings.shape.region,
  remote: hostSettings.shape.remote,
});
/** The fields to change. `remote`, `region` and `labels` have no defaults here, which would reset them when absent. */
export const updateHost = hostSettings
  .omit({ cloudId: true })
  .partial()
  .required({ id: true })
  .extend({ remote: remoteAccess.nullable().optional(), labels: hostLabels.optional(), region: hostRegion.optional() });

/** Adds many hosts: one address per line, then optionally a name and a limit, separated by blanks or commas. */
export const pasteHosts = z.object({
  cloudId,
  region: hostRegion.default(null),
  text: z.string().max(100_000),
  add: z.boolean(),
});
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
 * Whether a host supports an action: through the cache API (2.14), through the legacy middleware, or not at all, with
 * the reason and the remedy.
 */
export const ability = z.discriminatedUnion('can', [
  z.object({ can: z.literal(true), how: z.enum(['cacheApi', 'legacy']) }),
  z.object({ can: z.literal(false), reason: z.string().max(500), remedy: z.string().max(500) }),
]);
export type Ability = z.infer<typeof ability>;

/** The capabilities of a host, as probed. */
export const capabilities = z.object({
  dialect: z.enum(['cacheApi', 'legacy']),
  /** Every version that the host lists, sorted by number, newest first. */
  versions: z.array(z.string().max(20)).max(200),
  /** The newest version, such as `2.18`. */
  apiVersion: z.string().max(20),
  /** The Glance releases that list exactly these versions, such as `2026.2 (33) or later`. */
  release: z.string().max(100),
  /**
   * When a queued image is fetched: at once (Glance 25 and later), by the host's periodic job every 300 s, or only by
   * an external program.
   */
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
 * How a maintenance action is carried out on a host. `native`: by Glance's API. `ssh`: by Glance's own program over
 * OpenSSH. `delete` (prune only): by deleting the least recently accessed images over the API until the cache is within
 * its limit. `read` (prefetch only): by downloading each queued image through the host and discarding the data.
 */
export const methodName = z.enum(['native', 'ssh', 'delete', 'read']);
export type MethodName = z.infer<typeof methodName>;

/** A method of a maintenance action, and whether the host supports it. */
export const maintenanceMethod = z.discriminatedUnion('usable', [
  z.object({ method: methodName, usable: z.literal(true) }),
  z.object({
    method: methodName,
    usable: z.literal(false),
    reason: z.string().max(500),
    remedy: z.string().max(500),
  }),
]);
export type MaintenanceMethod = z.infer<typeof maintenanceMethod>;

/**
 * The methods of each maintenance action, best first. The first usable method is taken unless the operator chooses
 * another.
 */
export const maintenance = z.object({
  prune: z.array(maintenanceMethod).max(3),
  clean: z.array(maintenanceMethod).max(3),
  prefetch: z.array(maintenanceMethod).max(3),
});
export type Maintenance = z.infer<typeof maintenance>;

/**
 * A reason to look at an address before it is added: it may belong to a load balancer, behind which requests reach
 * varying hosts, or (`thisMachine`) it leads to another machine than the one that its source means.
 */
export const addressMark = z.object({
  kind: z.enum(['catalogue', 'answersDiffer', 'manyAddresses', 'between', 'thisMachine']),
  /** A short label for a tag, such as `the catalogue’s endpoint`. */
  label: z.string().max(100),
  /** What was observed, and what it means. */
  text: z.string().max(1_000),
});
export type AddressMark = z.infer<typeof addressMark>;

/** The result of testing a host step by step before it is added. */
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
  /** True when no token was sent, because the operator has not chosen the address yet: the rest is unknown. */
  withoutLogin: z.literal(true).optional(),
  /** Reasons to look at the address, such as signs of a load balancer. The host can be added nevertheless. */
  marks: z.array(addressMark).max(10),
});
export type HostVerdict = z.infer<typeof hostVerdict>;

/** Glance's default port, `bind_port` of glance-api.conf. */
const defaultPort = 9292;

/**
 * Parses the address of a glance-api host as an operator types it: `glance-01`, `glance-01:9292`, `[fd00::1]`,
 * `https://glance-01/image`. The default scheme is http. Without a scheme and a port, the port is 9292. A trailing
 * `/v2` is removed. Returns `undefined` when the text is no such address, or contains a login, a query or a fragment.
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
  // Percent-encoding of characters outside ASCII makes the address longer.
  return address.length <= 500 ? address : undefined;
}

/**
 * The default name of a host: the first label of its host name, or its whole IP address, cut to the maximum length of a
 * name.
 */
export function nameOfAddress(address: string): string {
  const host = new URL(address).hostname;
  const name = /^[\d.]+$|^\[/.test(host) ? host : host.split('.').find((label) => label !== '');
  return (name ?? host).slice(0, 100);
}
