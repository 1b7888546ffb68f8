import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { ensurePackages } from '../e2e/real/servers/packages.ts';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Finds a Chromium on this machine: the one that `CHROMIUM` names, the system's, or Playwright's own; undefined if
 * there is none.
 */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const { CHROMIUM } = env;
  if (CHROMIUM) return CHROMIUM;
  return [...places, chromium.executablePath()].find((place) => existsSync(place));
}

/** Finds a Chromium, or installs one from the distribution's packages. Throws, with the remedy, if that fails. */
export async function ensureChromium(env: NodeJS.ProcessEnv): Promise<string> {
  const found = findChromium(env);
  if (found !== undefined) return found;
  let cause: unknown;
  if (existsSync('/usr/bin/apt-get')) {
    try {
      await ensurePackages(['chromium'], { log: (text) => console.log(text) });
    } catch (error) {
      cause = error;
    }
    const installed = findChromium(env);
    if (installed !== undefined) return installed;
  }
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  throw new Error(
    `Chromium not found and could not be installed${reason}. Install it with ` +
      '"sudo apt-get install chromium" or "npx playwright install --with-deps chromium", or set CHROMIUM to its path.',
  );
}
