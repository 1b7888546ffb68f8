import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildAll, projectDirectory } from './building.ts';
import { electronVersion, findElectron } from './electron-binary.ts';
import { ensureChromium } from './ensure-chromium.ts';
import { assertNode24 } from './node-version.ts';

// npm run e2e [-- ARGUMENTS OF PLAYWRIGHT]: finds or installs a Chromium, builds, and runs the browser specs.

assertNode24();
const skipped =
  findElectron(process.env) === undefined
    ? `SKIPPED: the electron project. Electron ${electronVersion} is not installed (npm start downloads it).`
    : undefined;
try {
  const CHROMIUM = await ensureChromium(process.env);
  await buildAll();
  if (skipped !== undefined) console.log(`\n${skipped}\n`);
  const status = await playwright(process.argv.slice(2), { ...process.env, CHROMIUM });
  if (skipped !== undefined) console.log(`\n${skipped}`);
  process.exitCode = status;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function playwright(words: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const cli = join(projectDirectory, 'node_modules/@playwright/test/cli.js');
  const runner = spawn(process.execPath, [cli, 'test', ...words], { cwd: projectDirectory, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
  return new Promise((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (code) => resolve(code ?? 1));
  });
}
