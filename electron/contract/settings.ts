import { z } from 'zod';
import { cloudSettings } from './clouds.ts';
import { goldenSet, maxGoldenSets } from './golden.ts';
import { hostSettings, maxHosts } from './hosts.ts';
import { maxWasteFilters, wasteFilter } from './waste.ts';

/** What the operator prefers. */
export const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['compact', 'comfortable']).default('compact'),
  /** Seconds between two polls of a host. */
  refreshSeconds: z.int().min(5).max(3_600).default(30),
  /** Nothing is polled by itself while true. */
  refreshPaused: z.boolean().default(false),
  /**
   * Minutes that a queued image may wait, beside the time that its fetch takes, before it counts as stalled; longer by
   * six at a host that fetches by a job of its own.
   */
  queuePatienceMinutes: z.int().min(1).max(1_440).default(5),
  /** On a cloud marked as production, what takes more than so many images asks for a name to be typed. */
  confirmAbove: z.int().min(0).max(1_000_000).default(20),
  /** How long operations that ended are remembered, in days, and how many of them at most. */
  keepOperationsDays: z.int().min(1).max(3_650).default(90),
  keepOperations: z.int().min(10).max(10_000).default(1_000),
  /** Hosts that operations send to at one time, and requests under way at one host at one time. */
  hostsAtOnce: z.int().min(1).max(200).default(16),
  requestsPerHost: z.int().min(1).max(16).default(2),
  /** What trends may take on the disk, in MiB. */
  trendsMebibytes: z.int().min(16).max(10_000).default(200),
});
export type Preferences = z.infer<typeof preferences>;

const { shape } = preferences;

/** Some preferences, to be changed; those left out stay. Without defaults, which would put the others back. */
export const updatePreferences = z
  .object({
    theme: shape.theme.unwrap(),
    density: shape.density.unwrap(),
    refreshSeconds: shape.refreshSeconds.unwrap(),
    refreshPaused: shape.refreshPaused.unwrap(),
    queuePatienceMinutes: shape.queuePatienceMinutes.unwrap(),
    confirmAbove: shape.confirmAbove.unwrap(),
    keepOperationsDays: shape.keepOperationsDays.unwrap(),
    keepOperations: shape.keepOperations.unwrap(),
    hostsAtOnce: shape.hostsAtOnce.unwrap(),
    requestsPerHost: shape.requestsPerHost.unwrap(),
    trendsMebibytes: shape.trendsMebibytes.unwrap(),
  })
  .partial();

/** The settings file, whole. Never holds a secret. */
export const settingsFile = z.object({
  version: z.literal(1).default(1),
  preferences: preferences.prefault({}),
  clouds: z.array(cloudSettings).max(1_000).default([]),
  hosts: z.array(hostSettings).max(maxHosts).default([]),
  wasteFilters: z.array(wasteFilter).max(maxWasteFilters).default([]),
  goldenSets: z.array(goldenSet).max(maxGoldenSets).default([]),
});
export type SettingsFile = z.infer<typeof settingsFile>;

/** About the running console. */
export const about = z.object({
  version: z.string().max(50),
  shell: z.enum(['desktop', 'browser']),
  platform: z.string().max(50),
  dataDirectory: z.string().max(4_096),
  settingsFile: z.string().max(4_096),
  logFile: z.string().max(4_096),
  /** Where typed secrets are kept here. */
  secrets: z.enum(['keychain', 'memory']),
  /** Things said once at the start, such as a damaged settings file set aside. */
  notices: z.array(z.string().max(2_000)).max(20),
});
export type About = z.infer<typeof about>;
