import { access } from 'node:fs/promises';
import { ensurePackages } from './packages.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of this machine's Chromium, installed from Debian's package where there is none. */
export async function ensureChromium(options: {
  log: (text: string) => void;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const found = await firstThatExists();
  if (found) return found;
  await ensurePackages(['chromium'], options);
  const installed = await firstThatExists();
  if (!installed) throw new Error(`The package chromium is installed, but none of ${places.join(', ')} is there`);
  return installed;
}

async function firstThatExists(): Promise<string | undefined> {
  for (const place of places) {
    const there = await access(place).then(
      () => true,
      () => false,
    );
    if (there) return place;
  }
  return undefined;
}
