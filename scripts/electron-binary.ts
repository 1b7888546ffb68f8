import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageFile = createRequire(import.meta.url).resolve('electron/package.json');
const directory = dirname(packageFile);

/** Electron's version, as package.json pins it. */
export const electronVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(packageFile, 'utf8'))).version;

/** The path of Electron's executable, found as Electron's package does; undefined when it is not installed. */
export function findElectron(env: NodeJS.ProcessEnv): string | undefined {
  const { ELECTRON_OVERRIDE_DIST_PATH } = env;
  const named = join(directory, 'path.txt');
  const executable = existsSync(named) ? readFileSync(named, 'utf8') : executableName();
  const path = join(ELECTRON_OVERRIDE_DIST_PATH ?? join(directory, 'dist'), executable);
  return existsSync(path) ? path : undefined;
}

/**
 * Downloads Electron's binary with the package's installer. Gives up when the server does not answer within five seconds,
 * or after ten minutes. Returns whether the binary is installed now.
 */
export async function downloadElectron(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { ELECTRON_SKIP_BINARY_DOWNLOAD, ELECTRON_OVERRIDE_DIST_PATH } = env;
  if (ELECTRON_SKIP_BINARY_DOWNLOAD || ELECTRON_OVERRIDE_DIST_PATH || !(await isOffered(env))) return false;
  console.log(`Downloading Electron ${electronVersion} (one time, more than 100 MB).`);
  const installer = spawn(process.execPath, [join(directory, 'install.js')], { stdio: 'ignore', timeout: 600_000 });
  const ended = await new Promise<number | null>((resolve) => {
    installer.once('error', () => resolve(null));
    installer.once('exit', resolve);
  });
  return ended === 0;
}

async function isOffered(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { ELECTRON_MIRROR, npm_config_electron_mirror } = env;
  const mirror =
    ELECTRON_MIRROR ?? npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/';
  const archive = `electron-v${electronVersion}-${process.platform}-${process.arch}.zip`;
  try {
    const answer = await fetch(new URL(`v${electronVersion}/${archive}`, mirror), {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    });
    return answer.ok;
  } catch {
    // Whatever the reason, the binary cannot be downloaded from there now.
    return false;
  }
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}
