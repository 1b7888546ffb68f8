import { join } from 'node:path';
import type { About, Preferences } from '../contract/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { HostTimings } from '../fleet/host-timings.ts';
import { PruneLocks } from '../fleet/prune-locks.ts';
import { GlanceHost } from '../glance/glance-host.ts';
import type { Deadlines } from '../glance/host-requests.ts';
import { ImageCatalogue } from '../glance/image-catalogue.ts';
import { Golden } from '../golden/golden.ts';
import { systemClock } from '../lib/clock.ts';
import type { Bounds } from '../operations/model/operation-timings.ts';
import { Operations } from '../operations/operations.ts';
import { Ssh } from '../ssh/ssh.ts';
import type { SecretKeeper } from '../store/secrets.ts';
import { openStore, type Store } from '../store/store.ts';
import { Trends } from '../trends/trends.ts';
import { openTrendsDatabase } from '../trends/trends-database.ts';
import { cloudProcedures } from './cloud-procedures.ts';
import { Clouds } from './clouds.ts';
import { coverageProcedures } from './coverage-procedures.ts';
import { DemoKeeper, isDemo } from './demo-cloud.ts';
import { simulatedPast } from './demo-past.ts';
import { discoveryProcedures } from './discovery-procedures.ts';
import { EventStream } from './event-stream.ts';
import { goldenProcedures } from './golden-procedures.ts';
import { hostProcedures } from './host-procedures.ts';
import { Inventory } from './inventory.ts';
import { lookAtLogins } from './logins.ts';
import { operationProcedures } from './operation-procedures.ts';
import { Questions } from './questions.ts';
import { overSsh, remoteAccessOf } from './reach.ts';
import { remoteProcedures } from './remote-procedures.ts';
import { implementer, type Rooms } from './rooms.ts';
import { searchProcedures } from './search-procedures.ts';
import { Sessions } from './sessions.ts';
import { trendsProcedures } from './trends-procedures.ts';
import { wasteProcedures } from './waste-procedures.ts';

const day = 24 * 3_600_000;
const mebibyte = 1_048_576;

export type ConsoleOptions = {
  dataDirectory: string;
  secrets: SecretKeeper;
  shell: About['shell'];
  version: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  home: string;
  /** The demo cloud is opened at the start when given. */
  demo?: { hosts?: number; images?: number; seed?: number };
  /** Other than by default how long a host may take to answer, and how patiently operations are followed. */
  deadlines?: Partial<Deadlines>;
  bounds?: Partial<Bounds>;
  timings?: Partial<HostTimings>;
};

export type Console = Awaited<ReturnType<typeof createConsole>>;

/**
 * Starts everything behind the contract. Throws an expected failure when the data directory cannot be used or another
 * console has it.
 */
export async function createConsole(options: ConsoleOptions) {
  const store = await openStore(options.dataDirectory);
  try {
    return await furnish(options, store);
  } catch (error) {
    store.close();
    throw error;
  }
}

function boundsOf({ hostsAtOnce, requestsPerHost, keepOperationsDays, keepOperations }: Preferences) {
  return { hostsAtOnce, requestsPerHost, keepFor: keepOperationsDays * day, keepMost: keepOperations };
}

async function furnish(options: ConsoleOptions, store: Store) {
  const { secrets, env } = options;
  const where = { cwd: options.cwd, home: options.home };
  const { log } = store;

  const inventory = new Inventory(store.settings);
  const demo = new DemoKeeper(options.demo ?? {});
  const sessions = new Sessions({
    resolve: (cloudId) => clouds.resolve(cloudId),
    changed: () => events.clouds(),
    log,
    now: Date.now,
  });
  const fleet = new Fleet({
    connections: {
      host: (cloudId, address) =>
        new GlanceHost({ address, session: sessions.of(cloudId), deadlines: options.deadlines }),
      catalogue: (cloudId, address) => new ImageCatalogue({ address, session: sessions.of(cloudId) }),
      imageEndpoints: (cloudId) => sessions.of(cloudId).imageEndpoints(),
    },
    clock: systemClock,
    random: Math.random,
    log,
    pruneLocks: new PruneLocks(store.database),
    timings: options.timings,
  });
  const clouds = new Clouds({
    inventory,
    sessions,
    secrets,
    demo,
    env,
    where,
    loginChanged: (cloudId) => fleet.reconnect(cloudId),
    changed: () => events.clouds(),
  });
  const questions = new Questions(() => events.questions());
  const ssh = new Ssh({ env, ask: (question, signal) => questions.ask(question, signal) });
  const operations = new Operations({
    access: (hostId) => fleet.access(hostId),
    hosts: () => fleet.summaries(),
    catalogue: (cloudId) => fleet.catalogue(cloudId),
    cloud: (cloudId) => inventory.clouds.find((cloud) => cloud.id === cloudId),
    confirmAbove: () => inventory.preferences.confirmAbove,
    remote: { ssh, access: (hostId) => remoteAccessOf(inventory, hostId) },
    database: store.database,
    log,
    bounds: { ...boundsOf(inventory.preferences), ...options.bounds },
  });
  const trendsFile = join(store.directory, 'trends.db');
  const kept = openTrendsDatabase(trendsFile, Date.now());
  const notices = kept.notice === undefined ? store.notices : [...store.notices, kept.notice];
  const trends = new Trends({
    database: kept.database,
    file: trendsFile,
    fleet,
    clock: systemClock,
    bound: () => inventory.preferences.trendsMebibytes * mebibyte,
    interval: () => inventory.preferences.refreshSeconds * 1_000,
    log,
    past: (look) => (isDemo(fleet.summary(look.hostId)?.cloudId) ? simulatedPast(look) : []),
  });
  const events = new EventStream({
    state: () => ({
      preferences: inventory.preferences,
      clouds: clouds.list(),
      hosts: fleet.summaries(),
      fleet: fleet.totals(),
      operations: operations.list(),
      questions: questions.list(),
    }),
    host: (hostId) => fleet.summary(hostId),
    fleet: () => fleet.totals(),
  });
  const golden = new Golden({
    sets: () => inventory.goldenSets,
    hosts: () => fleet.summaries(),
    images: (hostId) => fleet.images(hostId),
    catalogue: (cloudId) => fleet.catalogue(cloudId),
  });
  const rooms: Rooms = {
    about: () => ({
      version: options.version,
      shell: options.shell,
      platform: `${process.platform} ${process.arch}`,
      dataDirectory: options.dataDirectory,
      settingsFile: store.settings.file,
      logFile: store.logFile,
      secrets: secrets.place,
      notices: notices.slice(0, 20).map((notice) => notice.slice(0, 2_000)),
    }),
    inventory,
    clouds,
    sessions,
    fleet,
    golden,
    operations,
    trends,
    ssh,
    questions,
    events,
    log,
    env,
    where,
  };

  fleet.onChange((change) => {
    events.hosts(change);
    lookAtLogins(rooms, change.changed);
  });
  operations.onChange((operation) => events.operation(operation));
  fleet.onCatalogue((cloudId) => events.catalogue(cloudId));
  inventory.onChange((changed) => {
    fleet.configure(inventory.hosts, inventory.preferences, overSsh(inventory));
    operations.adjust({ ...boundsOf(inventory.preferences), ...options.bounds });
    if (changed.has('goldenSets')) events.goldenSets();
    if (changed.has('wasteFilters')) events.wasteFilters();
    if (changed.has('preferences')) events.preferences();
    if (changed.has('clouds') || changed.has('hosts')) events.clouds();
  });

  async function end(): Promise<string[]> {
    const running = operations.list().filter(({ state }) => state === 'running' || state === 'cancelling');
    events.close();
    await operations.stop();
    await ssh.close();
    await fleet.stop();
    await trends.stop();
    await sessions.close();
    await demo.stop();
    log.info('console ended');
    store.close();
    return running.map(({ title }) => title);
  }
  let ending: Promise<string[]> | undefined;
  /** Ends everything, once; returns the titles of the operations that were still running. */
  const close = () => {
    ending ??= end();
    return ending;
  };

  try {
    await clouds.start();
    fleet.configure(inventory.hosts, inventory.preferences, overSsh(inventory));
    // Where the settings were damaged, the hosts that are not in them may come back.
    trends.start(notices.length > 0 ? undefined : inventory.hosts.map(({ id }) => id));
    for (const { id } of inventory.clouds) sessions.check(id);
    if (options.demo) await clouds.openDemo();
    log.info({ version: options.version, shell: options.shell }, 'console started');
  } catch (error) {
    await close();
    throw error;
  }

  const os = implementer(log);
  return {
    router: os.router({
      about: os.about.handler(() => rooms.about()),
      events: os.events.handler(({ signal }) => events.open(signal)),
      preferences: { update: os.preferences.update.handler(({ input }) => inventory.setPreferences(input)) },
      clouds: cloudProcedures(os, rooms),
      hosts: hostProcedures(os, rooms),
      operations: operationProcedures(os, rooms),
      remote: remoteProcedures(os, rooms),
      coverage: coverageProcedures(os, rooms),
      golden: goldenProcedures(os, rooms),
      discovery: discoveryProcedures(os, rooms),
      trends: trendsProcedures(os, rooms),
      search: searchProcedures(os, rooms),
      waste: wasteProcedures(os, rooms),
    }),
    context: {},
    log,
    demo,
    /** Things to say once, such as a damaged settings file set aside. */
    notices,
    close,
  };
}
