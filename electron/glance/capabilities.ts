import { ExpectedFailure } from '../contract/failure.ts';
import type { Ability, Capabilities } from '../contract/hosts.ts';
import type { HttpAnswer } from '../http/answer.ts';
import { evidenceOf, redirectFailure } from '../http/answer-words.ts';
import { cachingDisabled, refusal } from './refusals.ts';
import type { HostRequest, HostRequests } from './requests.ts';
import { atLeast, releaseOf, versionsOf } from './versions.ts';

const pruneRemedies = {
  prune:
    'Run glance-cache-pruner on the host as the user of glance-api, or delete the images that were not used for the longest time.',
  clean: 'Run glance-cache-cleaner on the host as the user of glance-api.',
};

/** `fetch`: API 2.16 is also listed by Yoga 24.1 and 24.2, which fetch every 300 s; by number they cannot be told apart. */
function describe(dialect: 'cacheApi' | 'legacy', versions: string[]): Capabilities {
  const apiVersion = versions[0] ?? '';
  const can: Ability = { can: true, how: dialect };
  const native = dialect === 'cacheApi' && versions.includes('2.18');
  const missing = (name: 'prune' | 'clean'): Ability => ({
    can: false,
    reason: `The API can ${name} from Glance 2026.2 (33) on, where it lists 2.18; this host's newest is ${apiVersion}.`,
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
    message: `${address}: what answers there (${answer.status}) has no list of Glance versions.`,
    remedy:
      'Check the address: Glance listens on port 9292 by itself, or under a path such as /image behind a web server.',
    ...evidenceOf(answer),
  });
}

/** The host's versions, newest first: `GET /`, which needs no token and answers 300. */
export async function askVersions(requests: HostRequests, deadlineMs: number, signal?: AbortSignal): Promise<string[]> {
  const request: HostRequest = { method: 'GET', path: '/', what: 'read its versions', deadlineMs, signal };
  const answer = await requests.open(request);
  if (answer.status === 300 || answer.status === 200) {
    const versions = versionsOf(answer);
    if (versions) return versions;
    throw notGlance(requests.address, answer);
  }
  if (answer.status > 300 && answer.status < 400) throw redirectFailure(requests.address, answer);
  if (answer.status >= 500) throw refusal(requests.asked(request), answer);
  throw notGlance(requests.address, answer);
}

/**
 * What a host with these versions can do. The cache API is there where 2.14 is listed, prune and clean where 2.18 is;
 * where 2.14 is not, the older middleware is asked for. Throws `cachingDisabled` when there is neither.
 */
export async function askCapabilities(
  requests: HostRequests,
  versions: string[],
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<Capabilities> {
  if (versions.includes('2.14')) return describe('cacheApi', versions);
  const what = 'list its cache';
  const request: HostRequest = { method: 'GET', path: '/v2/cached_images', what, deadlineMs, signal };
  const answer = await requests.send(request);
  if (answer.status === 200) return describe('legacy', versions);
  // Older ones answer paths that they do not know with the version list, 300.
  if (answer.status === 404 || answer.status === 300) {
    const newest = versions[0] ?? '';
    const off = atLeast(newest, '2.15')
      ? `caching is switched off: image_cache_dir is not set (its newest API version is ${newest}, and 2.14 is missing)`
      : `its cache cannot be managed: the middleware cachemanagement is not in its pipeline (API ${newest}, ${releaseOf(versions)})`;
    throw cachingDisabled(requests.address, off, answer);
  }
  throw refusal(requests.asked(request), answer);
}
