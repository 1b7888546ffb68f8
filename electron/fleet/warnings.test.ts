import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { hostWarning } from '../contract/fleet.ts';
import { unchecked } from '../glance/orphan-detection.ts';
import { atOnce } from '../lib/slices.ts';
import { StorageHealth } from '../store/storage-health.ts';
import { HostState } from './host-state.ts';
import { PruneLocks } from './prune-locks.ts';
import { snapshotSteps } from './snapshot.ts';
import { record } from './testing/host-fixtures.ts';
import { type WarningInputs, warningsOf } from './warnings.ts';

const now = Date.UTC(2026, 10, 22);

function observed(changes: Partial<Omit<WarningInputs, 'snapshot'>> = {}): WarningInputs {
  const listing = { cached: [], queued: [], odd: [], nullList: false, ...changes.listing };
  const locks = new PruneLocks(new DatabaseSync(':memory:'), new StorageHealth(null));
  const state = new HostState({ hostId: 'h0', locks, now: () => now });
  const snapshot = atOnce(snapshotSteps(listing, { lookUp: () => unchecked, state, fetch: 'byProgram' }));
  const rest = { limitBytes: null, returned: new Set<string>(), runningPrune: undefined, takenAt: now };
  return { ...rest, ...changes, listing, snapshot };
}

const listingOf = (changes: Partial<WarningInputs['listing']>) =>
  observed({ listing: { cached: [], queued: [], odd: [], nullList: false, ...changes } });
const gib = 1024 ** 3;

it.each<[string, string, WarningInputs]>([
  [
    'overLimit',
    '61.0 GiB over its limit',
    {
      ...observed({
        limitBytes: 39 * gib,
        listing: { cached: [record('a', { sizeBytes: 100 * gib })], queued: [], odd: [], nullList: false },
      }),
    },
  ],
  ['queueStalled', '2 queued images are stalled', listingOf({ queued: ['a', 'b'] })],
  [
    'deletedCameBack',
    '1 deleted image cached again',
    observed({ returned: new Set(['a']), listing: { cached: [record('a')], queued: [], odd: [], nullList: false } }),
  ],
  ['nullList', 'Cache database not readable', listingOf({ nullList: true })],
  ['oddRecords', '1 invalid record', listingOf({ odd: [{ text: 'x', problem: 'y' }] })],
  ['clockShifted', 'Times 5 h in the future', listingOf({ cached: [record('a', { lastAccessed: now + 18_000_000 })] })],
  [
    'pruneHung',
    'Prune did not respond',
    observed({ runningPrune: { hostId: 'h0', state: 'hung', at: now, operationId: 'o', overBytes: null } }),
  ],
])('%s has a short and a full text', (kind, label, given) => {
  const warnings = warningsOf(given);
  expect(warnings).toMatchObject([{ kind, label }]);
  for (const warning of warnings) hostWarning.parse(warning);
});

it('a host at its limit whose clock is a little fast has no warning', () => {
  const cached = [record('a', { sizeBytes: 100, lastAccessed: now + 60_000 })];
  expect(warningsOf(observed({ limitBytes: 100, listing: { cached, queued: [], odd: [], nullList: false } }))).toEqual(
    [],
  );
});
