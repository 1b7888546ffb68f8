import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

// node scripts/import-rules.ts: fails if an import breaks DEPS.list, or if files or folders import each other in a
// cycle.

const project = join(import.meta.dirname, '..');
const trees = ['electron', 'renderer'];

/** One source file: its path from the project's directory, its lines, and what it imports. */
export type SourceFile = { path: string; lines: number; imports: Import[] };
/** `target` is a path from the project's directory, or a package's name. */
export type Import = { target: string; line: number };

/** One line of DEPS.list: entries that do not import each other, and what they may import if that is narrowed. */
type Floor = { entries: string[]; only: string[] | undefined };
type Tree = { root: string; floors: Floor[] };

/** Reads every TypeScript file of both trees. */
export async function readSources(): Promise<SourceFile[]> {
  const paths = await Promise.all(trees.map((tree) => readdir(join(project, tree), { recursive: true })));
  const files = paths.flatMap((found, index) => found.map((path) => join(trees[index] ?? '', path)));
  return files.filter((path) => /\.tsx?$/.test(path)).map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(project, path), 'utf8');
  const { module } = parseSync(path, text);
  const found: { name: string; at: number }[] = [
    ...module.staticImports.map(({ moduleRequest, start }) => ({ name: moduleRequest.value, at: start })),
    ...module.staticExports.flatMap(({ entries, start }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ name: moduleRequest.value, at: start }] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      name: text.slice(start + 1, end - 1),
      at: start,
    })),
  ];
  const imports = found.map(({ name, at }) => ({
    target: name.startsWith('.') ? relative(project, resolve(project, dirname(path), name)) : name,
    line: text.slice(0, at).split('\n').length,
  }));
  return { path, lines: text.split('\n').length - 1, imports };
}

/** Reads the rules of DEPS.list. A line that is not indented begins a tree; each line below it is a floor, top first. */
export function parseRules(text: string): Tree[] {
  const rules: Tree[] = [];
  for (const line of text.split('\n')) {
    const [rule = '', narrowed] = line.replace(/#.*/, '').split('->');
    const entries = rule.split(/\s+/).filter(Boolean);
    if (entries.length === 0) continue;
    if (!line.startsWith(' ')) rules.push({ root: entries[0] ?? '', floors: [] });
    else rules.at(-1)?.floors.push({ entries, only: narrowed?.split(/\s+/).filter(Boolean) });
  }
  return rules;
}

/** The imports that break a rule, one sentence each. */
export function brokenRules(files: readonly SourceFile[], rules: readonly Tree[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((found) => {
      const broken = rules.map((tree) => breaks(file.path, found.target, tree)).find((reason) => reason !== undefined);
      return broken === undefined ? [] : [`${file.path}:${found.line} imports ${found.target}: ${broken}`];
    }),
  );
}

function breaks(from: string, target: string, { root, floors }: Tree): string | undefined {
  if (!from.startsWith(root)) return undefined;
  const mine = placeOf(from, root, floors);
  if (!mine) return `${from} is not listed in DEPS.list`;
  const internal = target.startsWith(root);
  const isTest = /\.test\.tsx?$/.test(from);
  if (!internal) {
    const other = trees.find((tree) => !root.startsWith(tree) && target.startsWith(`${tree}/`));
    if (other === 'renderer') return 'electron/ imports nothing of renderer/';
    if (other === 'electron' && !isTest && !target.startsWith('electron/contract/')) {
      return 'renderer/ imports nothing of electron/ but the contract';
    }
    if (target === 'electron' && !isTest && !['main.ts', 'preload.ts', 'desktop'].includes(mine.entry)) {
      return "only main.ts, preload.ts and desktop/ import 'electron'";
    }
    const packages = mine.only && mine.entry === 'contract' ? mine.only : undefined;
    if (packages && !isTest && !target.startsWith('electron/') && !packages.includes(target)) {
      return `${mine.entry} imports only ${packages.join(' and ')}`;
    }
    return undefined;
  }
  if (isTest && target.includes('/testing/')) return undefined;
  const theirs = placeOf(target, root, floors);
  if (!theirs) return `${target} is not listed in DEPS.list`;
  const isNested = !trees.includes(root.replace(/\/$/, ''));
  if (theirs.entry === mine.entry || (isTest && isNested)) return undefined;
  if (theirs.floor <= mine.floor) return `${mine.entry} is not above ${theirs.entry} in DEPS.list`;
  const base = theirs.floor === floors.length - 1;
  if (mine.only && !base && !mine.only.includes(theirs.entry))
    return `${mine.entry} imports only ${mine.only.join(', ')}`;
  return undefined;
}

/**
 * The entry of DEPS.list that a file belongs to: the longest one that its path begins with. Files outside folders are
 * entries themselves.
 */
function placeOf(path: string, root: string, floors: readonly Floor[]) {
  const inside = path.slice(root.length).replace(/\.test\.tsx?$/, (ending) => ending.slice('.test'.length));
  const matches = floors.flatMap(({ entries, only }, floor) =>
    entries
      .filter((entry) => inside === entry || inside.startsWith(`${entry}/`) || (entry === '.' && !inside.includes('/')))
      .map((entry) => ({ entry, floor, only })),
  );
  return matches.sort((a, b) => b.entry.length - a.entry.length)[0];
}

/** Cycles of files, and of folders, that import each other; each as the list of its members. */
export function circles(files: readonly SourceFile[]): string[][] {
  const sources = files.filter(({ path }) => !/\.test\.tsx?$/.test(path));
  const byFile = new Map(sources.map(({ path, imports }) => [path, new Set(imports.map(({ target }) => target))]));
  const byFolder = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const folder = byFolder.get(dirname(path)) ?? new Set();
    byFolder.set(dirname(path), folder);
    for (const { target } of imports) if (byFile.has(target)) folder.add(dirname(target));
  }
  return [...stronglyConnected(byFile), ...stronglyConnected(byFolder)];
}

/** Tarjan's strongly connected components of two nodes or more. */
function stronglyConnected(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) found.push(component);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** Every broken rule and cycle of the project, one sentence each. */
export async function importProblems(files: readonly SourceFile[]): Promise<string[]> {
  const rules = parseRules(readFileSync(join(project, 'DEPS.list'), 'utf8'));
  return [
    ...brokenRules(files, rules),
    ...circles(files).map((names) => `These import each other: ${names.join(', ')}`),
  ];
}

if (import.meta.main) {
  const problems = await importProblems(await readSources());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
