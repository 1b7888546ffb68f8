import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds, roundsTable } from '../e2e/faults/kill-rounds.ts';
import { roundKinds } from '../e2e/faults/round-kinds.ts';
import { projectDirectory } from './building.ts';
import { assertNode24 } from './node-version.ts';

// npm run test:faults [-- --rounds N] [--seed S] [--round K] [--kind KIND] [--lanes L] [--no-scenarios]: kills consoles in the middle of
// operations and compares their accounts with what simulated hosts saw, then runs the scenarios of e2e/faults/scenarios.
// `--seed S --round K` repeats one round. Ends with status 1 on any disagreement.

assertNode24();
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '66' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    round: { type: 'string' },
    kind: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    'no-scenarios': { type: 'boolean', default: false },
  },
});
const { seed, round } = values;
const kind = roundKinds.find((each) => each === values.kind);
if (values.kind !== undefined && kind === undefined) throw new Error(`--kind is one of: ${roundKinds.join(', ')}`);
const begun = performance.now();
console.log(`Seed ${seed}`);
const results = await killRounds({
  seed,
  kind,
  first: round === undefined ? 1 : Number(round),
  count: round === undefined ? Number(values.rounds) : 1,
  lanes: Number(values.lanes),
  ended({ round, kind, killed, disagreements }) {
    if (disagreements.length === 0) return;
    console.log(`\nRound ${round}, ${kind}, killed at ${killed.join(', ')} (repeat: --seed ${seed} --round ${round}):`);
    for (const text of disagreements) console.log(`  ${text}`);
  },
});
console.log(`\n${roundsTable(results)}\n`);
console.log(`${results.length} rounds in ${Math.round((performance.now() - begun) / 1_000)} s`);
const wrong = results.some(({ disagreements }) => disagreements.length > 0);
const scenarios = round === undefined && !values['no-scenarios'] ? await runScenarios() : 0;
process.exitCode = wrong ? 1 : scenarios;

function runScenarios(): Promise<number> {
  const cli = join(projectDirectory, 'node_modules/vitest/vitest.mjs');
  const words = ['run', '--config', 'vitest.faults.config.ts'];
  const runner = spawn(process.execPath, [cli, ...words], { cwd: projectDirectory, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
  return new Promise((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (code) => resolve(code ?? 1));
  });
}
