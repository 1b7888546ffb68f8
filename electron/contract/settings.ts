import { z } from 'zod';
import { alertRules } from './alerts.ts';
import { cloudSettings } from './clouds.ts';
import { goldenSet, maxGoldenSets } from './golden.ts';
import { hostSettings, maxHosts } from './hosts.ts';
import { maxSchedules, schedule } from './schedules.ts';
import { maxWasteFilters, wasteFilter } from './waste.ts';

/** The operator's preferences. */
export const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['compact', 'comfortable']).default('compact'),
  /** Seconds between two polls of a host. */
  refreshSeconds: z.int().min(5).max(3_600).default(30),
  /** While true, hosts are not polled automatically. */
  refreshPaused: z.boolean().default(false),
  /**
   * Minutes that a queued image may wait, in addition to the time of its fetch, before it counts as stalled. Six
   * minutes are added for a host that fetches by a periodic job.
   */
  queueStallMinutes: z.int().min(1).max(1_440).default(5),
  /** On a production cloud, removing more images than this must be confirmed by typing a name. */
  confirmAbove: z.int().min(0).max(1_000_000).default(20),
  /** The retention of finished operations, and of the runs of each schedule: maximum age in days, and maximum number. */
  keepOperationsDays: z.int().min(1).max(3_650).default(90),
  keepOperations: z.int().min(10).max(10_000).default(1_000),
  /** The number of hosts that operations send to concurrently, and of concurrent requests per host. */
  hostConcurrency: z.int().min(1).max(200).default(16),
  requestsPerHost: z.int().min(1).max(16).default(2),
  /** Whether the desktop console keeps running in the system tray when its window is closed. */
  closeToTray: z.boolean().default(false),
  /** The disk budget of trends, in MiB. */
  trendsMebibytes: z.int().min(16).max(10_000).default(200),
  alerts: alertRules.prefault({}),
});
export type Preferences = z.infer<typeof preferences>;

const { shape } = preferences;

/** The preferences to change. The schema has no defaults, which would reset the absent preferences. */
export const updatePreferences = z
  .object({
    theme: shape.theme.unwrap(),
    density: shape.density.unwrap(),
    refreshSeconds: shape.refreshSeconds.unwrap(),
    refreshPaused: shape.refreshPaused.unwrap(),
    queueStallMinutes: shape.queueStallMinutes.unwrap(),
    confirmAbove: shape.confirmAbove.unwrap(),
    keepOperationsDays: shape.keepOperationsDays.unwrap(),
    keepOperations: shape.keepOperations.unwrap(),
    hostConcurrency: shape.hostConcurrency.unwrap(),
    requestsPerHost: shape.requestsPerHost.unwrap(),
    closeToTray: shape.closeToTray.unwrap(),
    trendsMebibytes: shape.trendsMebibytes.unwrap(),
    alerts: shape.alerts.unwrap(),
  })
  .partial();

/** The content of the settings file. It never contains a secret. */
export const settingsFile = z.object({
  version: z.literal(1).default(1),
  preferences: preferences.prefault({}),
  clouds: z.array(cloudSettings).max(1_000).default([]),
  hosts: z.array(hostSettings).max(maxHosts).default([]),
  wasteFilters: z.array(wasteFilter).max(maxWasteFilters).default([]),
  goldenSets: z.array(goldenSet).max(maxGoldenSets).default([]),
  schedules: z.array(schedule).max(maxSchedules).default([]),
  /** Whether all schedules are paused. */
  schedulesPaused: z.boolean().default(false),
});
export type SettingsFile = z.infer<typeof settingsFile>;

/** Something about the console's own files, such as a damaged one that was set aside. It stays until it is dismissed. */
export const notice = z.string().min(1).max(2_000);

/** Data about the running console. */
export const about = z.object({
  version: z.string().max(50),
  shell: z.enum(['desktop', 'browser']),
  platform: z.string().max(50),
  dataDirectory: z.string().max(4_096),
  settingsFile: z.string().max(4_096),
  logFile: z.string().max(4_096),
  /** Where typed secrets are kept on this machine. */
  secrets: z.enum(['keychain', 'memory']),
  /** Newest first. The first 2,000 characters of each. */
  notices: z.array(notice).max(20),
});
export type About = z.infer<typeof about>;
