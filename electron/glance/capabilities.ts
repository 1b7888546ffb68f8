import { ExpectedFailure } from '../contract/failure.ts';
import type { Ability, Capabilities } from '../contract/hosts.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { evidenceOf, jsonOf, redirectFailure } from '../http/http-answer.ts';
import type { AuthenticatedRequests, HostRequest } from './authenticated-requests.ts';
import { cachingDisabled, failureOfAnswer } from './glance-failures.ts';

/** A version of the image API: `2.16` is [2, 16]. It is never a decimal number, because 2.10 is newer than 2.9. */
type Version = [major: number, minor: number];

function parse(id: string): Version | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,5})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}

/**
 * Returns the versions of a version list, newest first. They are sorted by number, because the order of the host means
 * nothing (2.17 CURRENT comes after 2.8 in Glance 29 to 33 with caching off). `undefined` when the answer is no version
 * list.
 */
export function versionsOf(answer: HttpAnswer): string[] | undefined {
  const body = jsonOf(answer);
  const list = typeof body === 'object' && body !== null ? (body as { versions?: unknown }).versions : undefined;
  if (!Array.isArray(list)) return undefined;
  const versions = new Map<string, Version>();
  for (const entry of list) {
    const id = typeof entry === 'object' && entry !== null ? (entry as { id?: unknown }).id : undefined;
    const version = typeof id === 'string' ? parse(id) : undefined;
    if (version) versions.set(version.join('.'), version);
  }
  const sorted = [...versions].sort(([, a], [, b]) => compare(b, a)).map(([text]) => text);
  return sorted.length > 0 ? sorted.slice(0, 200) : undefined;
}

/** Whether a version is `wanted` or newer. */
export function atLeast(version: string, wanted: string): boolean {
  const [a, b] = [parse(version), parse(wanted)];
  return a !== undefined && b !== undefined && compare(a, b) >= 0;
}

/** The releases whose newest version is this one, newest first (from Glance's source, by release tag). */
const releases: [version: string, release: string][] = [
  ['2.18', '2026.2 (33) or later'],
  ['2.17', '2024.2 (29) to 2026.1 (32)'],
  ['2.16', 'Yoga (24.1) to 2024.1 (28)'],
  ['2.15', 'Yoga (24.0)'],
  ['2.13', 'Xena (23)'],
  ['2.12', 'Wallaby (22) or Xena (23)'],
  ['2.11', 'Victoria (21)'],
  ['2.10', 'Ussuri (20)'],
  ['2.9', 'Train (19) to Xena (23)'],
  ['2.7', 'Rocky (17) or Stein (18)'],
  ['2.0', 'Queens (16) or earlier'],
];

/**
 * Returns the releases that list these versions. With caching off, 2.14, 2.16 and 2.18 are missing, so the answer is
 * less exact.
 */
export function releaseOf(versions: readonly string[]): string {
  const newest = versions[0] ?? '';
  if (!versions.includes('2.14')) {
    if (newest === '2.15') return 'Yoga (24) to 2024.1 (28)';
    if (newest === '2.17') return '2024.2 (29) or later';
  }
  return releases.find(([version]) => atLeast(newest, version))?.[1] ?? 'unknown';
}

const pruneRemedies = {
  prune: 'Run glance-cache-pruner on the host as the glance-api user, or delete the least recently accessed images.',
  clean: 'Run glance-cache-cleaner on the host as the glance-api user.',
};

/**
 * Describes what a host with these versions can do. Yoga 24.1 and 24.2 also list API 2.16 but fetch every 300 s: the
 * versions alone do not distinguish them from later releases, so `fetch` is `atOnce` for them.
 */
function describe(dialect: 'cacheApi' | 'legacy', versions: string[]): Capabilities {
  const apiVersion = versions[0] ?? '';
  const can: Ability = { can: true, how: dialect };
  const native = dialect === 'cacheApi' && versions.includes('2.18');
  const missing = (name: 'prune' | 'clean'): Ability => ({
    can: false,
    reason: `The ${name} API requires Glance 2026.2 (33) or later (API 2.18). This host supports API ${apiVersion}.`,
    remedy: pruneRemedies[name],
  });
  const periodic = dialect === 'legacy' ? atLeast(apiVersion, '2.9') : !atLeast(apiVersion, '2.16');
  return {
    dialect,
    versions,
    apiVersion,
    release: releaseOf(versions),
    fetch: periodic ? 'periodic' : dialect === 'legacy' ? 'byProgram' : 'atOnce',
    abilities: {
      list: can,
      queue: can,
      delete: can,
      clear: can,
      prune: native ? { can: true, how: 'cacheApi' } : missing('prune'),
      clean: native ? { can: true, how: 'cacheApi' } : missing('clean'),
    },
  };
}

function notGlance(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: no Glance version list found (status ${answer.status}).`,
    remedy:
      'Check the address. Glance listens on port 9292 by default, or under a path such as /image behind a web server.',
    ...evidenceOf(answer),
  });
}

/** Asks for the host's versions, newest first: `GET /`, which needs no token and answers 300. */
export async function askVersions(
  requests: AuthenticatedRequests,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const request: HostRequest = { method: 'GET', path: '/', what: 'read the API versions', deadlineMs, signal };
  const answer = await requests.open(request);
  if (answer.status === 300 || answer.status === 200) {
    const versions = versionsOf(answer);
    if (versions) return versions;
    throw notGlance(requests.address, answer);
  }
  if (answer.status > 300 && answer.status < 400) throw redirectFailure(requests.address, answer);
  if (answer.status >= 500) throw failureOfAnswer(requests.describe(request), answer);
  throw notGlance(requests.address, answer);
}

/**
 * Finds out what a host with these versions can do. The cache API exists where 2.14 is listed, prune and clean where
 * 2.18 is. Where 2.14 is not listed, the older middleware is tried. Throws `cachingDisabled` when the host has neither.
 */
export async function askCapabilities(
  requests: AuthenticatedRequests,
  versions: string[],
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<Capabilities> {
  if (versions.includes('2.14')) return describe('cacheApi', versions);
  const what = 'list the cache';
  const request: HostRequest = { method: 'GET', path: '/v2/cached_images', what, deadlineMs, signal };
  const answer = await requests.send(request);
  if (answer.status === 200) return describe('legacy', versions);
  // Older releases answer unknown paths with the version list and 300.
  if (answer.status === 404 || answer.status === 300) {
    const newest = versions[0] ?? '';
    const off = atLeast(newest, '2.15')
      ? `caching is off: image_cache_dir is not set (newest API version ${newest}, 2.14 is missing)`
      : `the cachemanagement middleware is not in its pipeline (API ${newest}, ${releaseOf(versions)})`;
    throw cachingDisabled(requests.address, off, answer);
  }
  throw failureOfAnswer(requests.describe(request), answer);
}
