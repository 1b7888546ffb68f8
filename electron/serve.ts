import { homedir } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { HttpServer } from './bridge/http-server.ts';
import { hasDisplay, openBrowser } from './cli/browser.ts';
import { type CommandLine, operatorWords, parseCommandLine, usage } from './cli/command-line.ts';
import { defaultDataDirectory, pagesDirectory, temporaryDataDirectory } from './cli/directories.ts';
import { logUnhandledErrors, shutDownOnSignal, surviveFileSizeLimit } from './cli/shutdown.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { createRouter } from './services/router.ts';
import { createServices, type Services } from './services/services.ts';
import { memorySecrets } from './store/secrets.ts';

/** In a packaged console there is no script between the program's name and the operator's words. */
const isPackaged = 'electron' in process.versions && !('defaultApp' in process);

type RunOptions = Extract<CommandLine, { mode: 'run' }>;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Serves the console to a browser until a signal ends it. Returns the exit status. */
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
      complain(`${commandLine.complaint}. --help shows what there is.`);
      return 2;
    default:
      return run(commandLine);
  }
}

async function run(options: RunOptions): Promise<number> {
  const starting = start(options);
  const ending = shutDownOnSignal(async () => {
    const { services, server } = await starting;
    await server.close();
    say(farewell(await services.close()));
  });
  const { services, server } = await starting;
  for (const notice of services.notices) say(notice);
  if (options.switches.length > 0) say(`Ignored, since no desktop opens: ${options.switches.join(' ')}`);
  if (options.open && hasDisplay(process.env, process.platform)) await openBrowser(server.url);
  say(`Console: ${server.url}`);
  await ending;
  return 0;
}

async function start(options: RunOptions): Promise<{ services: Services; server: HttpServer }> {
  const services = await createServices({
    dataDirectory: options.data ?? (options.demo ? temporaryDataDirectory() : defaultDataDirectory()),
    secrets: memorySecrets(),
    shell: 'browser',
    version: packageJson.version,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    ...(options.demo ? { demo: options.demo } : {}),
  });
  logUnhandledErrors(services.log);
  const server = await HttpServer.open({
    service: { router: createRouter(services), log: services.log },
    pages: pagesDirectory(import.meta.url),
    port: options.port,
  });
  return { services, server };
}

function farewell(stillRunning: readonly string[]): string {
  if (stillRunning.length === 0) return 'The console has ended. Nothing was running.';
  return `The console has ended. Still running, and to go on with at the next start: ${stillRunning.join('; ')}.`;
}

/** The text for a start that failed as expected. Throws any other error. */
function startFailure(error: unknown): string {
  if (error instanceof ExpectedFailure) return `${error.failure.message} ${error.failure.remedy}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'That port is in use. Choose another with --port, or none for one that is free.';
  if (code === 'EACCES') return 'That port is not for this user. Choose one from 1024 with --port.';
  throw error;
}

// Files are for this user only, whatever writes them.
process.umask(0o077);
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
