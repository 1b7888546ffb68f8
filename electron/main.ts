import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog } from 'electron';
import packageJson from '../package.json' with { type: 'json' };
import { serveMetrics } from './bridge/metrics-server.ts';
import { PageFiles } from './bridge/page-files.ts';
import { type CommandLine, operatorWords, parseCommandLine } from './cli/command-line.ts';
import { defaultDataDirectory, pagesDirectory, temporaryDataDirectory } from './cli/directories.ts';
import { logUnhandledErrors, surviveFileSizeLimit } from './cli/shutdown.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { showAlerts } from './desktop/alert-notifications.ts';
import { openKeychain } from './desktop/keychain.ts';
import { setUpMenu } from './desktop/menu.ts';
import { claimPageScheme, setUpPages, setUpPort } from './desktop/page-protocol.ts';
import { setUpPermissions, setUpSecurity } from './desktop/security.ts';
import { ConsoleTray } from './desktop/tray.ts';
import { openWindow } from './desktop/window.ts';
import { createRouter } from './services/router.ts';
import { createServices } from './services/services.ts';
import { prepareDataDirectory } from './store/data-directory.ts';
import { startFailureOf } from './store/storage-failure.ts';

const commandLine = parseCommandLine(operatorWords(process.argv, app.isPackaged), process.cwd());
// Electron becomes ready, and looks for a display, only after this module was evaluated: here, when serving has ended.
if (commandLine.mode === 'run' && commandLine.desktop) setUpDesktop(commandLine);
else await import('./serve.ts');

type RunOptions = Extract<CommandLine, { mode: 'run' }>;

function setUpDesktop(options: RunOptions): void {
  // Files of the console are for this user only, whatever writes them.
  process.umask(0o077);
  surviveFileSizeLimit();
  const directory = options.data ?? (options.demo ? temporaryDataDirectory() : undefined);
  if (directory !== undefined && !keepChromiumFilesIn(directory)) return;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  claimPageScheme();
  setUpSecurity();
  // Not awaited: Electron becomes ready only after this module was evaluated.
  void app.whenReady().then(() => start(directory ?? defaultDataDirectory(), options).catch(showStartFailure));
}

/**
 * Keeps Chromium's files in the chosen data directory, so that such a console runs beside the default one. Returns false
 * when the directory cannot be used: the operator was told, and the process ends.
 */
function keepChromiumFilesIn(directory: string): boolean {
  try {
    prepareDataDirectory(directory);
    mkdirSync(join(directory, 'desktop'), { recursive: true, mode: 0o700 });
  } catch (error) {
    showStartFailure(startFailureOf(error, directory) ?? error);
    return false;
  }
  app.setPath('userData', join(directory, 'desktop'));
  return true;
}

async function start(dataDirectory: string, { demo, metrics, name }: RunOptions): Promise<void> {
  const services = await createServices({
    dataDirectory,
    secrets: openKeychain(dataDirectory),
    shell: 'desktop',
    version: packageJson.version,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    consoleName: name,
    ...(metrics ? { metrics } : {}),
    ...(demo ? { demo } : {}),
  });
  logUnhandledErrors(services.log);
  const metricsServer = metrics && (await serveMetrics(services, metrics, process.env));
  let window: BrowserWindow | undefined;
  setUpPermissions();
  setUpMenu();
  setUpPages(new PageFiles(pagesDirectory(import.meta.url), false));
  const portServer = setUpPort({ router: createRouter(services), log: services.log }, () => window);
  const show = () => {
    if (window?.isMinimized()) window.restore();
    if (window) return window.focus();
    window = openWindow({
      title: packageJson.productName,
      preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
      stateFile: join(app.getPath('userData'), 'window.json'),
    });
    window.on('closed', () => {
      window = undefined;
      portServer.close();
    });
  };
  const icon = join(app.getAppPath(), 'assets/icon.png');
  const tray = new ConsoleTray({ title: packageJson.productName, icon, show, quit: () => app.quit() });
  const { settings } = services;
  const configureTray = () => tray.configure(settings.preferences.closeToTray);
  settings.onChange(configureTray);
  configureTray();
  app.on('window-all-closed', () => {
    if (!tray.isShown) app.quit();
  });
  services.alerts.onFire((alerts) => {
    if (settings.preferences.alerts.notify) showAlerts(alerts, show);
  });
  setUpShutdown(async () => {
    portServer.close();
    await metricsServer?.close();
    await services.close();
  });
  show();
  app.on('second-instance', show);
}

function showStartFailure(error: unknown): void {
  const [title, text] =
    error instanceof ExpectedFailure
      ? [error.failure.message, error.failure.remedy]
      : ['Console failed to start', error instanceof Error ? (error.stack ?? error.message) : String(error)];
  dialog.showErrorBox(title, text);
  app.exit(1);
}

/**
 * Closes the console before the process ends, once and within 900 ms, so that quitting never hangs. Operations that still
 * run are in the journal and can be continued.
 */
function setUpShutdown(close: () => Promise<unknown>): void {
  let isClosing = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const limit = new Promise((resolve) => setTimeout(resolve, 900).unref());
    void Promise.race([close(), limit]).then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
}
