import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AlertStore } from '../automation/alerts/alert-store.ts';
import { Alerts } from '../automation/alerts/alerts.ts';
import { HostJobsReader } from '../automation/host-jobs.ts';
import { ConsoleMetrics } from '../automation/metrics/console-metrics.ts';
import { healthOf } from '../automation/metrics/health.ts';
import type { ScheduleSources } from '../automation/schedules/schedule-sources.ts';
import { Schedules } from '../automation/schedules/schedules.ts';
import type { About, Preferences } from '../contract/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import { PruneLocks } from '../fleet/prune-locks.ts';
import { ExternalRemovals } from '../fleet/removals/external-removals.ts';
import { WakeDetector } from '../fleet/wake-detector.ts';
import { GlanceHost } from '../glance/glance-host.ts';
import { ImageCatalogue } from '../glance/image-catalogue.ts';
import { Golden } from '../golden/golden.ts';
import { systemClock } from '../lib/clock.ts';
import { type OperationLimits, withLimits } from '../operations/model/operation-limits.ts';
import { Operations } from '../operations/operations.ts';
import { readJobs } from '../ssh/read-host-jobs.ts';
import { Ssh } from '../ssh/ssh.ts';
import { startFailureOf } from '../store/storage-failure.ts';
import { openStore, type Store } from '../store/store.ts';
import { Trends } from '../trends/trends.ts';
import { setUpTrends, trendsSchema } from '../trends/trends-database.ts';
import { CloudRegistry } from './cloud-registry.ts';
import { CloudSessions } from './cloud-sessions.ts';
import { commitCountIn, consoleSchema, startedOperationsIn } from './console-database.ts';
import { DemoCloudStarter, isDemo, simulatedPast } from './demo-cloud.ts';
import { EventStream } from './event-stream.ts';
import type { ServicesOptions } from './services-options.ts';
import { SettingsStore } from './settings-store.ts';
import { hostsWithSsh, sshAccessOf } from './ssh-access.ts';
import { SshPrompts } from './ssh-prompts.ts';

/** Kept files of damaged trend databases: each may have the size of the trends' limit. */
const maxKeptTrends = 3;
const dayMs = 24 * 3_600_000;
const mebibyte = 1_048_576;

/** Everything behind the contract: what the procedures call. */
export type Services = ReturnType<typeof composeServices>;

/**
 * Opens the data directory, builds the services and starts them. Throws an `ExpectedFailure` when the data directory
 * cannot be used or another console has it open.
 */
export async function createServices(options: ServicesOptions): Promise<Services> {
  let store: Store | undefined;
  let services: Services | undefined;
  try {
    store = await openStore(options.dataDirectory, { schema: consoleSchema(options.dataDirectory) });
    const trendsDatabase = await store.openDatabase('trends.db', trendsSchema, { maxKept: maxKeptTrends });
    setUpTrends(trendsDatabase);
    services = composeServices(options, store, trendsDatabase);
    await services.start();
    return services;
  } catch (error) {
    await services?.close();
    store?.close();
    throw startFailureOf(error, options.dataDirectory) ?? error;
  }
}

/**
 * Builds the services, each from those before it. Changes in one reach the others through the subscriptions at the end,
 * which exist before anything starts.
 */
function composeServices(options: ServicesOptions, store: Store, trendsDatabase: DatabaseSync) {
  const { secrets, env, credential } = options;
  const name = options.consoleName === undefined ? '' : ` (${options.consoleName})`;
  const userAgent = `glance-cache-console/${options.version}${name}`;
  const { log, database, storage, notices } = store;
  const where = { cwd: options.cwd, home: options.home };
  /** Logs unexpected errors. */
  const fault = (part: string) => (error: unknown) => log.error({ where: part, error }, 'fault');

  const settings = new SettingsStore(store.settings);
  const demo = new DemoCloudStarter(options.demo ?? {});
  const sessions = new CloudSessions({
    settings,
    secrets,
    demo,
    env,
    where,
    log,
    userAgent,
    credential,
    now: Date.now,
  });
  const externalRemovals = new ExternalRemovals(database, storage);
  const fleet = new Fleet({
    connections: {
      host: (cloudId, address) =>
        new GlanceHost({ address, session: sessions.of(cloudId), deadlines: options.deadlines }),
      catalogue: (cloudId, address) => new ImageCatalogue({ address, session: sessions.of(cloudId) }),
      imageEndpoints: (cloudId, region) => sessions.of(cloudId).imageEndpoints(region),
    },
    clock: systemClock,
    random: Math.random,
    log,
    pruneLocks: new PruneLocks(database, storage),
    externalRemovals,
    timings: options.timings,
  });
  const clouds = new CloudRegistry({ settings, sessions, secrets, demo, fleet });
  const prompts = new SshPrompts();
  const ssh = new Ssh({
    env,
    ask: (question, signal) => (options.isUnattended ? Promise.resolve(undefined) : prompts.ask(question, signal)),
  });
  const operations = new Operations({
    consoleName: options.consoleName,
    access: (hostId) => fleet.access(hostId),
    hosts: () => fleet.summaries(),
    catalogue: (serviceId) => fleet.catalogue(serviceId),
    cloud: (cloudId) => settings.clouds.find((cloud) => cloud.id === cloudId),
    confirmAbove: () => settings.preferences.confirmAbove,
    remote: { ssh, access: (hostId) => sshAccessOf(settings, hostId) },
    database,
    storage,
    started: startedOperationsIn(store.directory, fault('the list of started operations')),
    commits: commitCountIn(store.directory, fault("the count of the journal's commits")),
    notice: (text) => notices.add({ text, kept: null }),
    log,
    limits: limitsNow(),
  });
  const golden = new Golden({
    sets: () => settings.goldenSets,
    hosts: () => fleet.summaries(),
    images: (hostId) => fleet.images(hostId),
    catalogue: (serviceId) => fleet.catalogue(serviceId),
  });
  const scheduleSources: ScheduleSources = {
    schedules: () => settings.schedules,
    paused: () => settings.schedulesPaused,
    hosts: () => fleet.summaries(),
    images: (hostId) => fleet.images(hostId),
    clouds: () => settings.clouds,
    wasteFilters: () => settings.wasteFilters,
    goldenSets: () => settings.goldenSets,
    hostJobs: () => hostJobs.list(),
    externalRemovals: () => externalRemovals.list(),
    fleet,
    golden,
    operations,
    clock: systemClock,
  };
  const schedules = new Schedules({
    sources: scheduleSources,
    database,
    storage,
    log,
    retention: () => {
      const { retention, maxOperations } = withLimits(limitsNow());
      return { milliseconds: retention, runsPerSchedule: maxOperations };
    },
  });
  const trends = new Trends({
    database: trendsDatabase,
    storage,
    file: join(store.directory, 'trends.db'),
    fleet,
    clock: systemClock,
    bound: () => settings.preferences.trendsMebibytes * mebibyte,
    interval: () => settings.preferences.refreshSeconds * 1_000,
    log,
    past: (sample) => (isDemo(fleet.summary(sample.hostId)?.cloudId) ? simulatedPast(sample) : []),
  });
  const metrics =
    options.metrics &&
    new ConsoleMetrics({
      ...options.metrics,
      fleet,
      golden,
      goldenSets: () => settings.goldenSets,
      operations,
      clouds: () => clouds.list(),
      expiries: () => sessions.expiries(),
      isWritable: () => storage.problem === null,
      schedules,
      allSchedules: () => settings.schedules,
      version: options.version,
      consoleName: options.consoleName ?? '',
      clock: systemClock,
      log,
    });
  const events = new EventStream({
    state: () => ({
      preferences: settings.preferences,
      clouds: clouds.list(),
      hosts: fleet.summaries(),
      fleet: fleet.totals(),
      operations: operations.list(),
      questions: prompts.list(),
      storage: storage.problem,
    }),
    host: (hostId) => fleet.summary(hostId),
    fleet: () => fleet.totals(),
  });

  const hostJobs = new HostJobsReader({
    hosts: () => [...hostsWithSsh(settings)],
    access: (hostId) => sshAccessOf(settings, hostId),
    read: (access, options) => readJobs(ssh, access, options),
    clock: systemClock,
    onChange: maintainedElsewhere,
    fault: fault('the jobs of hosts'),
  });

  const alerts = new Alerts({
    settings,
    hosts: () => fleet.summaries(),
    forecast: (hostId) => trends.forecast(hostId),
    drift: () => golden.driftOfAll(),
    expiries: () => sessions.expiries(),
    schedules: () => schedules.states(),
    hostJobs: () => hostJobs.list(),
    store: new AlertStore(database, storage),
    clock: systemClock,
    fault: fault('alerts'),
  });

  settings.onChange((changed) => {
    configureFleet();
    operations.adjust(limitsNow());
    if (changed.has('goldenSets')) {
      metrics?.index.markStale();
      events.changed('goldenSets');
    }
    if (changed.has('wasteFilters')) events.changed('wasteFilters');
    if (changed.has('preferences')) {
      events.changed('preferences');
      alerts.changed();
    }
    if (changed.has('clouds') || changed.has('hosts')) events.changed('clouds');
    if (changed.size > (changed.has('preferences') ? 1 : 0)) schedules.settingsChanged();
  });
  clouds.onChange(() => events.changed('clouds'));
  fleet.onChange((change) => {
    events.hosts(change);
    alerts.changed();
  });
  externalRemovals.onChange(maintainedElsewhere);
  alerts.onChange(() => events.changed('alerts'));
  fleet.onCatalogue((serviceId) => events.catalogue(serviceId));
  operations.onChange((operation) => events.operation(operation));
  operations.onRemove((ids) => events.operationsRemoved(ids));
  prompts.onChange(() => events.changed('questions'));
  schedules.onChange(() => {
    events.changed('schedules');
    alerts.changed();
  });
  notices.onChange(() => events.changed('notices'));
  secrets.onSetAside?.((notice) => notices.add(notice));
  storage.onChange((problem) => {
    events.changed('storage');
    if (problem) log.error({ problem: problem.message }, 'the data directory cannot be written');
    else log.warn('the data directory can be written again');
  });

  const wake = new WakeDetector({
    clock: systemClock,
    onWake: () => {
      log.info('resumed from sleep, or network or clock changed: polling all hosts');
      sessions.forgetFailures();
      fleet.wake();
      schedules.wake();
    },
  });

  /** More is known about what maintains hosts besides this console. */
  function maintainedElsewhere(): void {
    events.changed('hostJobs');
    schedules.hostJobsChanged();
  }

  function limitsNow(): Partial<OperationLimits> {
    return { ...limitsFrom(settings.preferences), ...options.limits };
  }

  function configureFleet(): void {
    fleet.configure(settings.hosts, settings.preferences, hostsWithSsh(settings));
  }

  async function stop(): Promise<string[]> {
    const running = operations.list().filter(({ state }) => state === 'running' || state === 'cancelling');
    events.close();
    metrics?.stop();
    wake.stop();
    hostJobs.stop();
    schedules.stop();
    alerts.stop();
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
  let stopping: Promise<string[]> | undefined;

  return {
    settings,
    clouds,
    sessions,
    fleet,
    golden,
    operations,
    schedules,
    scheduleSources,
    trends,
    hostJobs,
    externalRemovals,
    alerts,
    /** The metrics for a scraper. Undefined unless metrics were requested. */
    metrics,
    ssh,
    prompts,
    events,
    storage,
    log,
    env,
    where,
    demo,
    /** Notices about the console's own files, such as a damaged one that was moved aside. */
    notices,

    about(): About {
      return {
        version: options.version,
        shell: options.shell,
        platform: `${process.platform} ${process.arch}`,
        dataDirectory: options.dataDirectory,
        settingsFile: store.settings.file,
        logFile: store.logFile,
        secrets: secrets.place,
        notices: notices
          .list()
          .slice(0, 20)
          .map((notice) => notice.slice(0, 2_000)),
      };
    },

    health() {
      return healthOf({ clouds: clouds.list(), hosts: fleet.summaries(), storage: storage.problem });
    },

    async start(): Promise<void> {
      await clouds.start();
      configureFleet();
      // If settings were damaged, hosts that are missing from them may come back, so their trends are kept.
      trends.start(store.settings.notices.length > 0 ? undefined : settings.hosts.map(({ id }) => id));
      for (const { id } of settings.clouds) sessions.check(id);
      if (options.demo) await clouds.openDemo();
      schedules.start();
      log.info({ version: options.version, shell: options.shell }, 'console started');
    },

    /** Stops everything, once. Returns the titles of the operations that were still running. */
    close(): Promise<string[]> {
      stopping ??= stop();
      return stopping;
    },
  };
}

function limitsFrom({
  hostConcurrency,
  requestsPerHost,
  keepOperationsDays,
  keepOperations,
}: Preferences): Partial<OperationLimits> {
  return {
    hostConcurrency,
    requestsPerHost,
    retention: keepOperationsDays * dayMs,
    maxOperations: keepOperations,
  };
}
