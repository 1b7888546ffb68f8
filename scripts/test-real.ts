import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type RealCloud, startRealCloud } from '../e2e/real/servers/cloud.ts';
import { signalGroup } from '../e2e/real/servers/commands.ts';
import { descriptionVariable } from '../e2e/real/servers/description.ts';
import { ensurePackages } from '../e2e/real/servers/packages.ts';
import { buildIfNeeded, projectDirectory } from './building.ts';
import { ensureChromium, findChromium } from './ensure-chromium.ts';
import { assertNode24 } from './node-version.ts';

/**
 * `npm run test:real`: runs the contract suite and the console's specs against real Keystone and Glance servers.
 * Installs the servers if they are missing, starts them once, and always stops them at the end. `--hold` only starts
 * the servers and keeps them running until Ctrl-C.
 */
assertNode24();
const began = Date.now();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupted.signal.aborted) log(`${signal}: stopping the servers`);
    interrupted.abort(new Error(`Interrupted by ${signal}`));
  });
}

try {
  process.exitCode = await main(interrupted.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

async function main(signal: AbortSignal): Promise<number> {
  log('Starting real servers on loopback');
  // Checked first, because it quickly shows whether anything can be tested.
  await buildIfNeeded(process.env);
  const chromium = await chromiumOf(signal);
  const cloud = await startRealCloud({ log, signal });
  try {
    const descriptionFile = path.join(cloud.directory, 'description.json');
    await writeFile(descriptionFile, JSON.stringify(cloud.description), { mode: 0o600 });
    const env = { [descriptionVariable]: descriptionFile, CHROMIUM: chromium };
    for (const host of cloud.description.hosts) log(`  ${host.name}: Glance ${host.release} at ${host.address}`);
    reportSkipped(cloud);
    return process.argv.includes('--hold') ? await hold(env, signal) : await runTests(cloud, env, signal);
  } finally {
    await cloud.stop();
    log('All servers stopped');
  }
}

/** Finds or installs a Chromium; an interrupt stops the installation. */
async function chromiumOf(signal: AbortSignal): Promise<string> {
  if (findChromium(process.env) === undefined) {
    await ensurePackages(['chromium'], { log, signal }).catch(() => signal.throwIfAborted());
  }
  return ensureChromium(process.env);
}

async function runTests(cloud: RealCloud, env: Record<string, string>, signal: AbortSignal): Promise<number> {
  const contract = await runProgram(['vitest', 'run', '--config', 'vitest.real.config.ts'], env, signal);
  const specs = await runProgram(['playwright', 'test', '--config', 'playwright.real.config.ts'], env, signal);

  const releases = [...new Set(cloud.description.hosts.map((host) => host.release))].join(' and ');
  const verdict = (code: number) => (code === 0 ? 'passed' : `failed (${code})`);
  log(`Against Glance ${releases}: contract suite ${verdict(contract)}, console specs ${verdict(specs)}`);
  reportSkipped(cloud);
  return contract || specs;
}

function reportSkipped(cloud: RealCloud): void {
  for (const { what, why } of cloud.description.skipped) log(`Skipped: ${what}: ${why}`);
}

async function hold(env: Record<string, string>, signal: AbortSignal): Promise<number> {
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return 0;
}

/** Runs a test runner of this repository, passes its output on, and returns its exit code. */
function runProgram(command: [string, ...string[]], env: Record<string, string>, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const [name, ...args] = command;
  const { PATH = '' } = process.env;
  // In its own process group, so that an interrupt arrives once, and from here.
  const child = spawn(path.join(projectDirectory, 'node_modules/.bin', name), args, {
    cwd: projectDirectory,
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${PATH}`, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let killTimer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    killTimer = endGroup(child);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      signal.removeEventListener('abort', interrupt);
      clearTimeout(killTimer);
      if (signal.aborted) reject(signal.reason);
      else resolve(code ?? 1);
    });
  });
}

/**
 * Asks a runner and its workers to end. Kills them when the returned timer fires, unless the caller clears it first.
 */
function endGroup({ pid }: ChildProcess): NodeJS.Timeout | undefined {
  if (pid === undefined) return undefined;
  signalGroup(pid, 'SIGINT');
  return setTimeout(() => signalGroup(pid, 'SIGKILL'), 5_000);
}

function log(text: string): void {
  const seconds = ((Date.now() - began) / 1_000).toFixed(1).padStart(5);
  console.log(`[${seconds} s] ${text}`);
}
