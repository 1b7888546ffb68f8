import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog } from 'electron';
import packageJson from '../package.json' with { type: 'json' };
import { PageFiles } from './bridge/pages/page-files.ts';
import { asksForNoDesktop, type DemoSize, dataForDesktop, demoForDesktop, operatorWords } from './cli/arguments.ts';
import { ownDataDirectory, pagesDirectory, passingDataDirectory } from './cli/directories.ts';
import { logStrays } from './cli/strays.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { setUpEnding } from './desktop/ending.ts';
import { openKeychain } from './desktop/keychain.ts';
import { setUpLockdown, setUpPermissions } from './desktop/lockdown.ts';
import { setUpMenu } from './desktop/menu.ts';
import { setUpPort } from './desktop/port.ts';
import { claimPageScheme, setUpPages } from './desktop/scheme.ts';
import { openWindow } from './desktop/window.ts';
import { createRouter } from './services/router.ts';
import { createServices } from './services/services.ts';

const words = operatorWords(process.argv, app.isPackaged);
// Electron becomes ready, and looks for a display, only after this module has been evaluated: until serving ends.
if (asksForNoDesktop(words)) await import('./serve.ts');
else setUpDesktop();

function setUpDesktop(): void {
  const demo = demoForDesktop(words);
  const asked = dataForDesktop(words, process.cwd()) ?? (demo ? passingDataDirectory() : undefined);
  if (asked !== undefined) setUpOwnPlace(join(asked, 'desktop'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  claimPageScheme();
  setUpLockdown();
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  void app.whenReady().then(() => start(asked ?? ownDataDirectory(), demo).catch(giveUp));
}

/** Keeps what Chromium keeps beside the data that was asked for, so that such a console runs beside the usual one. */
function setUpOwnPlace(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  app.setPath('userData', directory);
}

async function start(dataDirectory: string, demo: DemoSize | undefined): Promise<void> {
  const services = await createServices({
    dataDirectory,
    secrets: openKeychain(dataDirectory),
    shell: 'desktop',
    version: packageJson.version,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    ...(demo ? { demo } : {}),
  });
  logStrays(services.log);
  let window: BrowserWindow | undefined;
  setUpPermissions();
  setUpMenu();
  setUpPages(new PageFiles(pagesDirectory(import.meta.url), false));
  const door = setUpPort({ router: createRouter(services), log: services.log }, () => window);
  setUpEnding(async () => {
    door.close();
    await services.close();
  });
  window = openWindow({
    title: packageJson.productName,
    preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
    stateFile: join(app.getPath('userData'), 'window.json'),
  });
  window.on('closed', () => {
    window = undefined;
    door.close();
  });
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
}

function giveUp(error: unknown): void {
  const [title, text] =
    error instanceof ExpectedFailure
      ? [error.failure.message, error.failure.remedy]
      : ['The console cannot start', error instanceof Error ? (error.stack ?? error.message) : String(error)];
  dialog.showErrorBox(title, text);
  app.exit(1);
}
