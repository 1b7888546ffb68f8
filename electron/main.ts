import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog } from 'electron';
import packageJson from '../package.json' with { type: 'json' };
import { PageFiles } from './bridge/page-files.ts';
import { asksForNoDesktop, type DemoSize, dataForDesktop, demoForDesktop, operatorWords } from './cli/arguments.ts';
import { ownDataDirectory, pagesDirectory, passingDataDirectory } from './cli/directories.ts';
import { logUnhandledErrors } from './cli/shutdown.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { setUpShutdown } from './desktop/ending.ts';
import { openKeychain } from './desktop/keychain.ts';
import { setUpMenu } from './desktop/menu.ts';
import { claimPageScheme, setUpPages, setUpPort } from './desktop/page-protocol.ts';
import { setUpPermissions, setUpSecurity } from './desktop/security.ts';
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
  setUpSecurity();
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
  logUnhandledErrors(services.log);
  let window: BrowserWindow | undefined;
  setUpPermissions();
  setUpMenu();
  setUpPages(new PageFiles(pagesDirectory(import.meta.url), false));
  const portServer = setUpPort({ router: createRouter(services), log: services.log }, () => window);
  setUpShutdown(async () => {
    portServer.close();
    await services.close();
  });
  window = openWindow({
    title: packageJson.productName,
    preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
    stateFile: join(app.getPath('userData'), 'window.json'),
  });
  window.on('closed', () => {
    window = undefined;
    portServer.close();
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
