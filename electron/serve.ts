import { homedir } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { HttpServer } from './bridge/http-server.ts';
import { operatorWords, readArguments, usage, type Wanted } from './cli/arguments.ts';
import { hasDisplay, openBrowser } from './cli/browser.ts';
import { ownDataDirectory, pagesDirectory, passingDataDirectory } from './cli/directories.ts';
import { logUnhandledErrors, shutDownOnSignal } from './cli/shutdown.ts';
import { ExpectedFailure } from './contract/failure.ts';
import { createRouter } from './services/router.ts';
import { createServices, type Services } from './services/services.ts';
import { memorySecrets } from './store/secrets.ts';

/** Inside a packaged console there is no script between the program's name and the operator's words. */
const isPackaged = 'electron' in process.versions && !('defaultApp' in process);

type Serving = Extract<Wanted, { mode: 'serve' | 'demo' }>;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Runs the console without a desktop until it is told to end. Returns the exit status. */
async function serve(words: readonly string[]): Promise<number> {
  const wanted = readArguments(words, process.cwd());
  switch (wanted.mode) {
    case 'help':
      say(usage);
      return 0;
    case 'version':
      say(packageJson.version);
      return 0;
    case 'wrong':
      complain(`${wanted.complaint}. --help shows what there is.`);
      return 2;
    default:
      return run(wanted);
  }
}

async function run(wanted: Serving): Promise<number> {
  const starting = start(wanted);
  const ending = shutDownOnSignal(async () => {
    const { services, server } = await starting;
    await server.close();
    say(farewell(await services.close()));
  });
  const { services, server } = await starting;
  for (const notice of services.notices) say(notice);
  if (wanted.open && hasDisplay(process.env, process.platform)) await openBrowser(server.url);
  say(`Console: ${server.url}`);
  await ending;
  return 0;
}

async function start(wanted: Serving): Promise<{ services: Services; server: HttpServer }> {
  const services = await createServices({
    dataDirectory: wanted.data ?? (wanted.mode === 'demo' ? passingDataDirectory() : ownDataDirectory()),
    secrets: memorySecrets(),
    shell: 'browser',
    version: packageJson.version,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    ...(wanted.demo ? { demo: wanted.demo } : {}),
  });
  logUnhandledErrors(services.log);
  const server = await HttpServer.open({
    service: { router: createRouter(services), log: services.log },
    pages: pagesDirectory(import.meta.url),
    port: wanted.port,
  });
  return { services, server };
}

function farewell(stillRunning: readonly string[]): string {
  if (stillRunning.length === 0) return 'The console has ended. Nothing was running.';
  return `The console has ended. Still running, and to go on with at the next start: ${stillRunning.join('; ')}.`;
}

/** What to tell of a start that failed; anything unexpected is thrown on. */
function whyNot(error: unknown): string {
  if (error instanceof ExpectedFailure) return `${error.failure.message} ${error.failure.remedy}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'That port is in use. Choose another with --port, or none for one that is free.';
  if (code === 'EACCES') return 'That port is not for this user. Choose one from 1024 with --port.';
  throw error;
}

// Whoever read our output may have gone, as `head` does. The console goes on without being heard.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
try {
  process.exitCode = await serve(operatorWords(process.argv, isPackaged));
} catch (error) {
  complain(whyNot(error));
  process.exitCode = 1;
}
process.exit();
