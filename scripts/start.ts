import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasDisplay } from '../electron/cli/browser.ts';
import { parseCommandLine } from '../electron/cli/command-line.ts';
import { buildIfNeeded, projectDirectory } from './building.ts';
import { downloadElectron, findElectron } from './electron-binary.ts';
import { assertNode24 } from './node-version.ts';

// npm start: the desktop console if Electron's binary is on disk or can be downloaded, otherwise the console for a
// browser. npm run demo: the same with the demo cloud, but nothing is downloaded. npm run serve: the console for a
// browser.

assertNode24();
await buildIfNeeded(process.env);
const words = process.argv.slice(2);
const commandLine = parseCommandLine(words, process.cwd());
const desktop = commandLine.mode === 'run' && commandLine.desktop ? commandLine : undefined;
const electron = desktop && (await findDesktop(desktop.demo !== undefined, desktop.switches));
if (electron === undefined) await import(pathToFileURL(join(projectDirectory, 'dist/main/serve.js')).href);
else process.exit(await runDesktop(electron));

/** The path of Electron's executable. Prints one line and returns undefined if a desktop console cannot run. */
async function findDesktop(isDemo: boolean, switches: readonly string[]): Promise<string | undefined> {
  const reason = await reasonAgainstDesktop(isDemo, switches);
  if (reason === undefined) return findElectron(process.env);
  console.log(`${reason}. Serving the console to a browser instead.`);
  return undefined;
}

async function reasonAgainstDesktop(isDemo: boolean, switches: readonly string[]): Promise<string | undefined> {
  const isHere = findElectron(process.env) !== undefined;
  const isShown = hasDisplay(process.env, process.platform);
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0 && !switches.includes('--no-sandbox');
  if (!isHere && !isShown) return 'Electron is not installed and is not downloaded without a display';
  if (!isShown) return 'No display';
  if (!isHere && isDemo) return 'Electron is not installed';
  if (!isHere && !(await downloadElectron(process.env))) return 'Electron is not installed and could not be downloaded';
  return isRoot ? 'Electron cannot run as root' : undefined;
}

/** Runs the desktop console and returns its exit status. Passes the operator's arguments and the signals on to it. */
function runDesktop(program: string): Promise<number> {
  const desktop = spawn(program, [projectDirectory, ...words], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => desktop.kill(signal));
  return new Promise((resolve, reject) => {
    desktop.once('error', reject);
    desktop.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
