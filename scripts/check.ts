import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

// npm run check: the checks of types, style, imports and unused code, all at once. Prints what fails.

const checks = ['tsc -p .', 'tsc -p renderer', 'biome check --error-on-warnings .', 'node scripts/measures.ts --rules'];

const results = await Promise.all(
  checks.map(async (command) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { command, code, said: out + err };
  }),
);
for (const { command, code, said } of results) {
  if (code === 0) console.log(`${command}: passed`);
  else console.error(`${command}: failed\n${said}`);
}
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;
