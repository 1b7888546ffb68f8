import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const page = readFileSync(join(project, 'docs/glance-cache-api.md'), 'utf8');
const sections = new Set([...page.matchAll(/^## Section (\d+):/gm)].map(([, number]) => Number(number)));
const traps = new Set([...page.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number)));

async function filesBelow(...folders: string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(project, folder), { recursive: true })).map((path) => join(folder, path)),
    ),
  );
  return found.flat().filter((path) => /\.(tsx?|md)$/.test(path));
}

/** The sections and traps that a text cites, such as "docs/glance-cache-api.md, sections 2 and 7" or "trap 4". */
function citations(text: string): { what: 'section' | 'trap'; number: number }[] {
  // A comment may break the line inside a citation.
  const flat = text.replaceAll(/\s*\n\s*(\*|\/\/)?\s*/g, ' ');
  return [...flat.matchAll(/glance-cache-api(?:\.md)?`?, (section|trap)s? ((?:\d+(?:, | and | to )?)+)/g)].flatMap(
    ([, what, numbers = '']) =>
      [...numbers.matchAll(/\d+/g)].map(
        ([number]) => ({ what: what === 'trap' ? 'trap' : 'section', number: Number(number) }) as const,
      ),
  );
}

test('every citation of the page about the cache API leads to a section or a trap', async () => {
  const files = await filesBelow('electron', 'renderer', 'e2e', 'scripts');
  const cited = files.flatMap((path) =>
    citations(readFileSync(join(project, path), 'utf8')).map((citation) => ({ path, ...citation })),
  );
  expect(cited.length).toBeGreaterThan(20);
  expect(cited.filter(({ what, number }) => !(what === 'trap' ? traps : sections).has(number))).toEqual([]);
});

test('every mention names the page by its path', async () => {
  const mentions = (await filesBelow('electron', 'renderer', 'e2e')).filter((path) =>
    /(?<!docs\/)glance-cache-api(?!-)/.test(readFileSync(join(project, path), 'utf8')),
  );
  expect(mentions).toEqual([]);
});

test('every file that TRAPS.md names exists', () => {
  const folder = join(project, 'e2e/contract');
  const named = [...readFileSync(join(folder, 'TRAPS.md'), 'utf8').matchAll(/`([^`\s]+\.ts)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(20);
  // The column of tests names files of the folder traps/.
  const folders = [join(project, 'electron'), folder, join(folder, 'traps')];
  expect(named.filter((path) => !folders.some((each) => existsSync(join(each, path))))).toEqual([]);
});
