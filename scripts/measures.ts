import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { importProblems, readSources, type SourceFile } from './import-rules.ts';
import { readStyles, styleProblems } from './style-rules.ts';

// npm run measures: prints how large the code is and how it is cut, beside the targets, and fails if one is not met.
// With --rules, as in npm run check: only how it is cut.

const project = join(import.meta.dirname, '..');

type Measure = { name: string; value: number | string; target: string; holds: boolean };

/** Source files without tests and their helpers. */
function isSource({ path }: SourceFile): boolean {
  return !/\.test\.tsx?$/.test(path) && !/\/testing\//.test(path);
}

const all = await readSources();
const sources = all.filter(isSource);
const styles = await readStyles();
const lines = sources.map((file) => file.lines).sort((a, b) => a - b);
const total = lines.reduce((sum, count) => sum + count, 0);
const longest = sources.toSorted((a, b) => b.lines - a.lines)[0];
const importers = new Map<string, number>();
for (const { imports } of sources) {
  for (const target of new Set(imports.map((found) => found.target))) {
    importers.set(target, (importers.get(target) ?? 0) + 1);
  }
}
const folders = Map.groupBy(sources, ({ path }) => dirname(path));
const [largestFolder = '', inLargest = []] = [...folders].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
// The contract and its implementation have one file per area: contract/hosts.ts, services/hosts.ts.
const inAreas = /^electron\/(contract|services)\//;
const names = Map.groupBy(
  sources.filter(({ path }) => !inAreas.test(path)),
  ({ path }) => basename(path),
);
const repeated = [...names].filter(([, files]) => files.length > 1).map(([name]) => name);
const globalSheets = styles.sheets.filter(({ isModule }) => !isModule);

const atMost = (name: string, value: number, limit: number, detail = ''): Measure => ({
  name,
  value: detail ? `${value} (${detail})` : value,
  target: `at most ${limit.toLocaleString('en')}`,
  holds: value <= limit,
});
const problems = await importProblems(all);
const unusedStyles = styleProblems(styles);
const unused = unusedCode();
const told = (name: string, value: number): Measure => ({ name, value, target: '', holds: true });
/** How large the code is. It grows with what the console can do, so only the size of a file has a target. */
const sizes: Measure[] = [
  told('files in electron/ and renderer/, without tests', sources.length),
  told('lines in total', total),
  {
    name: 'lines per file, average',
    value: Math.round(total / sources.length),
    target: 'at least 110',
    holds: total / sources.length >= 110,
  },
  told('lines per file, median', lines[Math.floor(lines.length / 2)] ?? 0),
  told('files with exactly one importer', sources.filter(({ path }) => importers.get(path) === 1).length),
  told('files of 25 lines or fewer', lines.filter((count) => count <= 25).length),
];
/** How the code is cut. `npm run check` fails where one of these does not hold. */
const rules: Measure[] = [
  atMost('lines of the longest file', longest?.lines ?? 0, 400, longest?.path),
  atMost('files in the largest folder', inLargest.length, 25, largestFolder),
  atMost('file names that stand twice', repeated.length, 0, repeated.join(', ')),
  atMost('imports against DEPS.list, and circles', problems.length, 0),
  atMost('global style sheets', globalSheets.length, 5),
  atMost('style rules that nothing uses, or that stand twice', unusedStyles.length, 0),
  atMost('files, exports and packages that nothing uses', unused.length, 0),
];

const measures = process.argv.includes('--rules') ? rules : [...sizes, ...rules];
const width = Math.max(...measures.map(({ name }) => name.length));
for (const { name, value, target, holds } of measures) {
  console.log(`${holds ? ' ' : '!'} ${name.padEnd(width)}  ${value}${target ? `  (${target})` : ''}`);
}
for (const problem of [...problems, ...unusedStyles, ...unused]) console.log(problem);
if (measures.some(({ holds }) => !holds)) process.exitCode = 1;

function unusedCode(): string[] {
  const knip = join(project, 'node_modules/knip/bin/knip.js');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [knip, '--reporter', 'symbols', '--no-progress', '--no-config-hints'],
    {
      cwd: project,
      encoding: 'utf8',
    },
  );
  if (stderr.trim()) throw new Error(stderr.trim());
  return stdout.split('\n').filter((line) => line.trim() !== '');
}
