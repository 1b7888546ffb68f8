import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asksForNoDesktop } from '../electron/cli/arguments.ts';
import { hasDisplay } from '../electron/cli/browser.ts';
import { buildIfNeeded, projectDirectory } from './building.ts';
import { downloadElectron, findElectron } from './electron-binary.ts';
import { assertNode24 } from './node-version.ts';

// npm start: the desktop console where Electron's binary can be had, else the console for a browser.
// npm run demo: likewise, with the demo cloud; it downloads nothing. npm run serve: the console for a browser.

assertNode24();
await buildIfNeeded(process.env);
const words = process.argv.slice(2);
const isDemo = words.includes('demo');
const electron = asksForNoDesktop(words) ? undefined : await haveElectron();
if (electron === undefined) await import(pathToFileURL(join(projectDirectory, 'dist/main/serve.js')).href);
else process.exit(await runDesktop(electron));

/** Electron's executable where a desktop console can run; otherwise says in one line why the console is served. */
async function haveElectron(): Promise<string | undefined> {
  const why = await whyNoDesktop();
  if (why === undefined) return findElectron(process.env);
  console.log(`${why}: serving the console to a browser instead.`);
  return undefined;
}

async function whyNoDesktop(): Promise<string | undefined> {
  const isHere = findElectron(process.env) !== undefined;
  const isShown = hasDisplay(process.env, process.platform);
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (!isHere && !isShown) return "Electron's program is not here, and without a display it is not downloaded";
  if (!isShown) return 'There is no display';
  if (!isHere && isDemo) return "Electron's program is not here";
  if (!isHere && !(await downloadElectron(process.env)))
    return "Electron's program is not here and cannot be downloaded now";
  return isRoot ? 'Electron does not run as root' : undefined;
}

/** Runs the desktop console and ends as it ends. What tells this process to end is told to it as well. */
function runDesktop(program: string): Promise<number> {
  const desktop = spawn(program, [projectDirectory, ...words], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => desktop.kill(signal));
  return new Promise((resolve, reject) => {
    desktop.once('error', reject);
    desktop.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
