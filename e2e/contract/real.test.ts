import { describe, test } from 'vitest';
import { RealServers } from '../real/real-cloud.ts';
import type { RealHost } from '../real/servers/description.ts';
import { describeCacheApi } from './suite.ts';
import type { CacheApiTarget, TargetFacts } from './target.ts';

/** The suite of the simulator, run against the servers that `npm run test:real` starts. */
const servers = await RealServers.connect();

/** The facts of the releases; a newer release is expected to do at least what the last of these does. */
const factsOf: Record<string, Pick<TargetFacts, 'apiVersion' | 'pruneAndClean'>> = {
  '25': { apiVersion: '2.16', pruneAndClean: false },
  '33': { apiVersion: '2.18', pruneAndClean: true },
};

for (const glance of ['bookworm', 'sid'] as const) {
  const [host, other] = servers.cachingHosts(glance);
  if (host) describeCacheApi(`real Glance ${host.release}`, () => target(host, other));
  else skipped(glance);
}

function skipped(glance: RealHost['glance']): void {
  const why = servers.description.skipped.map((each) => `${each.what}: ${each.why}`).join('; ');
  describe.skip(`cache API of real Glance of ${glance} (${why})`, () => {
    test('was not started', () => undefined);
  });
}

async function target(host: RealHost, other: RealHost | undefined): Promise<CacheApiTarget> {
  const { authUrl, admin, member } = servers.description;
  const [major = ''] = host.release.split('.');
  const known = factsOf[major] ?? { apiVersion: await servers.apiVersion(host), pruneAndClean: true };
  return {
    name: `Glance ${host.release}`,
    address: host.address,
    facts: {
      ...known,
      dialect: 'cacheApi',
      fetch: 'atOnce',
      limitBytes: host.limitBytes,
      deletesElsewhere: other !== undefined,
    },
    authUrl,
    admin,
    member,
    makeImage: ({ name, bytes, visibility, hidden = false }) =>
      servers.uploadImage(host, name, bytes, { visibility, os_hidden: hidden }),
    makeImageWithoutData: (name) => servers.createImage(host, name),
    deleteImage: (imageId) => servers.deleteImage(other ?? host, imageId),
    download: (imageId) => servers.download(host, imageId),
  };
}
