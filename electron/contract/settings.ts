import { z } from 'zod';
import { cloudSettings } from './clouds.ts';
import { hostSettings } from './hosts.ts';

/** What the operator prefers. */
export const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['compact', 'comfortable']).default('compact'),
  /** Seconds between two polls of a host. */
  refreshSeconds: z.int().min(5).max(3_600).default(30),
  /** Nothing is polled by itself while true. */
  refreshPaused: z.boolean().default(false),
});
export type Preferences = z.infer<typeof preferences>;

const { theme, density, refreshSeconds, refreshPaused } = preferences.shape;

/** Some preferences, to be changed; those left out stay. Without defaults, which would put the others back. */
export const updatePreferences = z
  .object({
    theme: theme.unwrap(),
    density: density.unwrap(),
    refreshSeconds: refreshSeconds.unwrap(),
    refreshPaused: refreshPaused.unwrap(),
  })
  .partial();

/** The settings file, whole. Never holds a secret. */
export const settingsFile = z.object({
  version: z.literal(1).default(1),
  preferences: preferences.prefault({}),
  clouds: z.array(cloudSettings).max(1_000).default([]),
  hosts: z.array(hostSettings).max(10_000).default([]),
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
