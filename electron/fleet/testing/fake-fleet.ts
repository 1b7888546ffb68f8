import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import type { HostSettings } from '../../contract/hosts.ts';
import { type Preferences, preferences } from '../../contract/settings.ts';
import { ManualClock } from '../../lib/testing/manual-clock.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import { Fleet } from '../fleet.ts';
import type { FleetChange } from '../host-access.ts';
import { type PruneLock, PruneLocks } from '../prune-locks.ts';
import { ExternalRemovals } from '../removals/external-removals.ts';
import { FakeCatalogue, FakeHostApi } from './fake-host-api.ts';

export const second = 1_000;

/** A fleet of fake hosts, on a clock that the test moves. */
export function fakeFleet(count: number, change: Partial<Preferences> = {}, prunes: readonly PruneLock[] = []) {
  const clock = new ManualClock();
  const hosts = Array.from({ length: count }, () => new FakeHostApi());
  const settings = hosts.map((_, index) => settingsOf(index));
  const byAddress = new Map(settings.map((one, index) => [one.address, hosts[index]]));
  const catalogue = new FakeCatalogue();
  /** The image services of hosts and endpoints that have another one than `catalogue`, by address. */
  const catalogues = new Map<string, FakeCatalogue>();
  const database = new DatabaseSync(':memory:');
  const pruneLocks = new PruneLocks(database, new StorageHealth(null));
  const externalRemovals = new ExternalRemovals(database, new StorageHealth(null), () => clock.now());
  for (const lock of prunes) pruneLocks.set(lock);
  const fleet = new Fleet({
    connections: {
      host: (_, address) => byAddress.get(address) ?? new FakeHostApi(),
      catalogue: (_, address) => catalogues.get(address) ?? catalogue,
      imageEndpoints: async () => ['http://endpoint:9292'],
    },
    clock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    pruneLocks,
    externalRemovals,
  });
  const changes: FleetChange[] = [];
  fleet.onChange((one) => changes.push(one));
  const wanted = preferences.parse(change);
  const configure = (list = settings, preferred: Partial<Preferences> = {}) =>
    fleet.configure(list, { ...wanted, ...preferred });
  configure();
  const [first = new FakeHostApi()] = hosts;
  return { clock, fleet, externalRemovals, hosts, host: first, settings, catalogue, catalogues, changes, configure };
}

export function settingsOf(index: number, changes: Partial<HostSettings> = {}): HostSettings {
  const id = `h${index}`;
  return {
    id,
    cloudId: 'c',
    name: id,
    address: `http://${id}:9292`,
    limitBytes: null,
    note: '',
    labels: [],
    region: null,
    remote: null,
    ...changes,
  };
}
