import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { transform } from 'lightningcss';

// node scripts/style-rules.ts: fails if a style sheet has a class that nothing uses, or if two sheets have the same
// class.

const project = join(import.meta.dirname, '..');

/** A style sheet of the page and the class names that it has rules for. */
export type Sheet = { path: string; isModule: boolean; classes: string[] };
type Component = { path: string; text: string };

/** Reads every style sheet of the page, and every file that can use one. */
export async function readStyles(): Promise<{ sheets: Sheet[]; components: Component[] }> {
  const paths = (await readdir(join(project, 'renderer'), { recursive: true })).map((path) => join('renderer', path));
  const read = (path: string) => readFileSync(join(project, path), 'utf8');
  return {
    sheets: paths.filter((path) => path.endsWith('.css')).map((path) => sheetOf(path, read(path))),
    components: paths
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .map((path) => ({ path, text: read(path) })),
  };
}

/** The class names of a style sheet. Throws if the text is not CSS. */
export function sheetOf(path: string, text: string): Sheet {
  const { exports } = transform({
    filename: path,
    code: Buffer.from(text),
    // Names of grid lines, keyframes and custom properties are not class names.
    cssModules: { pattern: '[local]', animation: false, grid: false, container: false, customIdents: false },
  });
  const names = Object.keys(exports || {}).filter((name) => new RegExp(`\\.${name}(?![\\w-])`).test(text));
  return { path, isModule: path.endsWith('.module.css'), classes: names.sort() };
}

/** Classes that no component uses, and classes of global sheets that two sheets define; one sentence each. */
export function styleProblems({ sheets, components }: Awaited<ReturnType<typeof readStyles>>): string[] {
  const problems: string[] = [];
  const globals = new Map<string, string>();
  for (const { path, isModule, classes } of sheets) {
    const users = isModule ? components.filter((component) => importsSheet(component, path)) : components;
    for (const name of classes) {
      if (!users.some(({ text }) => mentions(text, name))) problems.push(`${path}: nothing uses .${name}`);
      if (isModule) continue;
      const other = globals.get(name);
      if (other !== undefined) problems.push(`${path}: .${name} is defined in ${other} as well`);
      globals.set(name, path);
    }
  }
  return problems;
}

function importsSheet({ path, text }: Component, sheet: string): boolean {
  const names = text.matchAll(/from '(\.[^']*\.module\.css)'/g);
  return [...names].some(([, name = '']) => relative(project, resolve(project, dirname(path), name)) === sheet);
}

/** Whether a component uses the class: as a member of its module's object, or as a word in a string. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text) || dynamicPrefix(text, name);
}

/** Whether the class name is built in a template, such as `state-${kind}`. */
function dynamicPrefix(text: string, name: string): boolean {
  const dash = name.lastIndexOf('-');
  return dash > 0 && text.includes(`${name.slice(0, dash + 1)}\${`);
}

if (import.meta.main) {
  const problems = styleProblems(await readStyles());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`No unused style rules (${basename(import.meta.filename)})`);
}
