import { describe, test } from 'vitest';
import { RealServers } from '../real/real-cloud.ts';
import { startRealTrapHost } from './traps/real-trap-host.ts';
import type { ImpossibleTraps } from './traps/trap-host.ts';
import { describeTraps } from './traps-suite.ts';

/** The traps on real hosts: one host per Glance that `npm run test:real` has, started only for these tests. */
const servers = await RealServers.connect();

const cannot: Record<'bookworm' | 'sid', ImpossibleTraps> = {
  bookworm: {
    hungPrune: 'Glance 25 has no native prune',
    shiftedTimes: 'Glance 25 keeps its times in UTC, whatever the zone of the host',
  },
  sid: {
    nullList: 'the driver centralized_db has no cache database of its own that could break',
  },
};

for (const glance of ['bookworm', 'sid'] as const) {
  const [host] = servers.cachingHosts(glance);
  if (host) {
    describeTraps(`real Glance ${host.release}`, {
      pruneAndClean: glance === 'sid',
      cannot: cannot[glance],
      makeHost: () => startRealTrapHost(servers, glance),
    });
  } else {
    const why = servers.description.skipped.map((each) => `${each.what}: ${each.why}`).join('; ');
    describe.skip(`traps of real Glance of ${glance} (${why})`, () => {
      test('was not started', () => undefined);
    });
  }
}
