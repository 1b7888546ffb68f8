import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base } from '@playwright/test';

const repository = join(import.meta.dirname, '..');

/** A console served for one test. */
export type ServedConsole = {
  /** The printed address, with its one-time token. */
  url: string;
  /** The address without the token. */
  origin: string;
  dataDirectory: string;
  process: ChildProcess;
  /** Every line of standard output so far. */
  lines: string[];
  /** Ends the process and returns its exit status. */
  end(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
};

export type ServeOptions = {
  mode: 'demo' | 'serve';
  /** Further command-line arguments. */
  words?: string[];
  /** Environment variables in addition to those of the tests; HOME is a new directory. */
  env?: Record<string, string>;
  /** A data directory to keep; by default a new one, which is removed at the end. */
  dataDirectory?: string;
};

/** Starts a console as `npm run serve` and `npm run demo` do, and waits until it is ready. */
export async function serveConsole(options: ServeOptions): Promise<ServedConsole & AsyncDisposable> {
  const fresh = await mkdtemp(join(tmpdir(), 'console-e2e-'));
  const dataDirectory = options.dataDirectory ?? join(fresh, 'data');
  // Specs assert exact numbers, so the caches of their demo change only by what the specs do.
  const demoWords = options.mode === 'demo' ? ['--no-growth'] : [];
  const words = [options.mode, '--no-open', '--data', dataDirectory, ...demoWords, ...(options.words ?? [])];
  const child = spawn(process.execPath, [join(repository, 'dist/main/serve.js'), ...words], {
    cwd: fresh,
    env: {
      ...process.env,
      HOME: fresh,
      XDG_CONFIG_HOME: join(fresh, '.config'),
      // What one console compiles at its start, the next ones find.
      NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/e2e'),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      const ready = /^Console: (.*)$/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`The console ended with ${status}: ${complaints.join('\n')}`)));
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end: ServedConsole['end'] = async (signal = 'SIGINT') => {
    if (isRunning()) {
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  };
  return {
    url,
    origin: new URL(url).origin,
    dataDirectory,
    process: child,
    lines,
    end,
    async [Symbol.asyncDispose]() {
      await end();
      await rm(fresh, { recursive: true, force: true });
    },
  };
}

export type ConsoleFixtures = {
  /** How the test's console is started: `test.use({ serving: { mode: 'serve' } })`. The demo by default. */
  serving: ServeOptions;
  /** The console of this test. `page` is logged in and shows it. */
  console: ServedConsole;
};

/** Playwright's `test` with a console for each test, and a page that shows it. */
export const test = base.extend<ConsoleFixtures>({
  serving: [{ mode: 'demo' }, { option: true }],
  console: async ({ serving }, use) => {
    await using served = await serveConsole(serving);
    await use(served);
  },
  page: async ({ page, console }, use) => {
    await page.goto(console.url);
    await use(page);
  },
});

export { expect } from '@playwright/test';
