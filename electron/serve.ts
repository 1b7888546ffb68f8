import { homedir } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { HttpServer } from './bridge/http-server.ts';
import { serveMetrics } from './bridge/metrics-server.ts';
import { hasDisplay, openBrowser } from './cli/browser.ts';
import { type CommandLine, operatorWords, parseCommandLine, usage } from './cli/command-line.ts';
import { cloudCredential } from './cli/credentials.ts';
import { defaultDataDirectory, pagesDirectory, temporaryDataDirectory } from './cli/directories.ts';
import { onEnter } from './cli/enter-key.ts';
import { newLoginUrl, publishLoginKey } from './cli/login-url.ts';
import { logUnhandledErrors, shutDownOnSignal, surviveFileSizeLimit } from './cli/shutdown.ts';
import { writeSignInFile } from './cli/sign-in-file.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { systemCode, systemWords } from './lib/system-error.ts';
import { createRouter } from './services/router.ts';
import { createServices, type Services } from './services/services.ts';
import { memorySecrets } from './store/secret-keeper.ts';

/** Files of the console are for this user only, whatever writes them. */
const operatorUmask = process.umask(0o077);

/** In a packaged console there is no script between the program's name and the operator's words. */
const isPackaged = 'electron' in process.versions && !('defaultApp' in process);

type RunOptions = Extract<CommandLine, { mode: 'run' }>;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/**
 * Milliseconds in which a console ends after a signal. One without a page has no operator who waits, and ends in order well
 * within the 10 seconds that its systemd unit has (`assets/systemd/`).
 */
const endWithin = { page: 900, headless: 8_000 };

/** Serves the console to a browser, or runs it without a page, until a signal ends it. Returns the exit status. */
async function serve(words: readonly string[]): Promise<number> {
  const commandLine = parseCommandLine(words, process.cwd());
  switch (commandLine.mode) {
    case 'help':
      say(usage);
      return 0;
    case 'version':
      say(packageJson.version);
      return 0;
    case 'wrong':
      complain(`${commandLine.complaint}. Use --help for usage.`);
      return 2;
    case 'login-url':
      say(newLoginUrl(commandLine.data ?? defaultDataDirectory()));
      return 0;
    default:
      return run(commandLine);
  }
}

async function run(options: RunOptions): Promise<number> {
  const dataDirectory = options.data ?? (options.demo ? temporaryDataDirectory() : defaultDataDirectory());
  const starting = start(options, dataDirectory);
  const ending = shutDownOnSignal(
    async () => {
      const { services, metrics, page } = await starting;
      page?.forgetLogins?.();
      await page?.server.close();
      await metrics?.close();
      say(farewell(await services.close()));
    },
    options.headless ? endWithin.headless : endWithin.page,
  );
  const { services, metrics, page } = await starting;
  for (const notice of services.notices.list()) say(notice);
  if (options.switches.length > 0) say(`Ignored without a desktop window: ${options.switches.join(' ')}`);
  if (metrics?.warning !== undefined) say(metrics.warning);
  if (metrics) say(`Metrics: ${metrics.origin}/metrics`);
  if (page) await offerPage(page.server, options, dataDirectory);
  else say(`Console ${options.name} is running without a page.`);
  await ending;
  return 0;
}

/** Opens a browser where there can be one, and prints the sign-in address. */
async function offerPage(server: HttpServer, options: RunOptions, dataDirectory: string): Promise<void> {
  const url = server.createLoginUrl();
  if (options.open && hasDisplay(process.env, process.platform)) {
    await signIn(url, dataDirectory, server);
  }
  if (onEnter(() => say(`Console: ${server.createLoginUrl()}`))) say('Press Enter for a new sign-in address.');
  say(`Console: ${url}`);
}

/** Starts the services and what serves them: metrics if wanted, and the page unless the console is headless. */
async function start(options: RunOptions, dataDirectory: string) {
  const services = await createServices({
    dataDirectory,
    secrets: memorySecrets(),
    shell: 'browser',
    version: packageJson.version,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    consoleName: options.name,
    isUnattended: options.headless,
    ...(options.metrics ? { metrics: options.metrics } : {}),
    ...(options.headless ? { credential: (name) => cloudCredential(name, process.env) } : {}),
    ...(options.demo ? { demo: options.demo } : {}),
  });
  logUnhandledErrors(services.log);
  const metrics = options.metrics && (await serveMetrics(services, options.metrics, process.env));
  if (!options.headless) return { services, metrics, page: await servePage(services, options, dataDirectory) };
  sayWhatIsPaused(services);
  sayLoginFailures(services);
  sayWhatWaits(services, dataDirectory);
  return { services, metrics, page: undefined };
}

/** Serves the page. The same user can get sign-in addresses until `forgetLogins` is called. */
async function servePage(services: Services, options: RunOptions, dataDirectory: string) {
  const server = await HttpServer.open({
    service: { router: createRouter(services), log: services.log },
    pages: pagesDirectory(import.meta.url),
    port: options.port,
  });
  const key = { origin: server.origin, key: server.loginKey };
  const forgetLogins = unlessDiskFails('login-url is not available', () => publishLoginKey(dataDirectory, key));
  return { server, forgetLogins };
}

/** Prints what the settings pause, which only the page can resume. */
function sayWhatIsPaused({ settings }: Services): void {
  if (settings.preferences.refreshPaused) complain('Polling is paused in the settings.');
  if (settings.schedulesPaused) complain('All schedules are paused.');
}

/** Prints which clouds the console cannot log in to, and when they work again, because no page is open. */
function sayLoginFailures({ clouds, log }: Services): void {
  const failing = new Map<string, string>();
  const note = () => {
    for (const { id, name, failure } of clouds.list()) {
      const text = failure ? `${failure.message} ${failure.remedy}` : undefined;
      if (text === failing.get(id)) continue;
      if (text === undefined) failing.delete(id);
      else failing.set(id, text);
      log.warn({ cloud: name, failure }, text === undefined ? 'login works again' : 'login fails');
      complain(`Cloud ${name}: ${text ?? 'the login works again.'}`);
    }
  };
  clouds.onChange(note);
  note();
}

/**
 * Prints which runs wait for approval and which schedules cannot run, once each, because only the page can change that.
 */
function sayWhatWaits({ schedules, settings, log }: Services, dataDirectory: string): void {
  const withPage = `with the page (serve without --headless on ${dataDirectory})`;
  let said = new Set<string>();
  const note = () => {
    const waiting = schedules.states().flatMap(({ schedule, waitingRun, pausedHosts, problem }) => [
      ...(schedule.enabled && problem !== null
        ? [`Schedule ${schedule.name} cannot run. ${problem} Stop this console and change the schedule ${withPage}.`]
        : []),
      ...(waitingRun
        ? [
            `Schedule ${schedule.name}: a run waits for approval. ${waitingRun.text} Stop this console and approve or reject the run ${withPage}.`,
          ]
        : []),
      ...pausedHosts.map(({ hostId, reason }) => {
        const host = settings.hosts.find(({ id }) => id === hostId)?.name ?? hostId;
        return `Schedule ${schedule.name} is paused for ${host}. ${reason} Stop this console and resume the schedule ${withPage}.`;
      }),
    ]);
    for (const text of waiting.filter((one) => !said.has(one))) {
      log.warn(text);
      complain(text);
    }
    said = new Set(waiting);
  };
  schedules.onChange(note);
  note();
}

/** Opens a browser that is led to a sign-in address by a file, which is removed when a browser has logged in. */
async function signIn(address: string, dataDirectory: string, server: HttpServer): Promise<void> {
  const file = unlessDiskFails('Browser not opened', () => writeSignInFile(dataDirectory, address));
  if (file === undefined) return;
  server.onLogin(file.remove);
  await openBrowser(file.url, operatorUmask);
}

/**
 * Returns the result of a function that writes a file. If the system refuses that, prints the error and its
 * consequence, and continues.
 */
function unlessDiskFails<Result>(consequence: string, write: () => Result): Result | undefined {
  try {
    return write();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    say(`${consequence}: ${systemWords(error)}.`);
    return undefined;
  }
}

function farewell(stillRunning: readonly string[]): string {
  if (stillRunning.length === 0) return 'Console stopped. No operations were running.';
  return `Console stopped. Interrupted operations, which can be continued after the next start: ${stillRunning.join('; ')}.`;
}

/** The text for a start that failed as expected. Throws any other error. */
function startFailure(error: unknown): string {
  if (error instanceof ExpectedFailure) return `${error.failure.message} ${error.failure.remedy}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'The port is in use. Use another port with --port, or omit --port for a free one.';
  if (code === 'EACCES') return 'No permission to use this port. Use a port from 1024 with --port.';
  throw error;
}

// The reader of the output may end first, as `head` does. The console keeps running.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
surviveFileSizeLimit();
try {
  process.exitCode = await serve(operatorWords(process.argv, isPackaged));
} catch (error) {
  complain(startFailure(error));
  process.exitCode = 1;
}
process.exit();
