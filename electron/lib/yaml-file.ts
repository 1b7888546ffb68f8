import { type ErrorCode, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A problem of a file. Lines count from 1. */
export type FileProblem = { line: number | null; text: string };

const errorTexts: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'A tab is used for indentation.',
  BAD_INDENT: 'The indentation is wrong, or a bracket is not closed.',
  MISSING_CHAR: 'A character such as a colon, a quote or a bracket is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key spans several lines. A colon may be missing.',
  BLOCK_AS_IMPLICIT_KEY: 'Unexpected mapping. The indentation may be wrong or a value needs quotes.',
  BAD_SCALAR_START: 'A value starts with a character that needs quotes.',
  BAD_DQ_ESCAPE: 'Invalid escape sequence in double quotes.',
  TAG_RESOLVE_FAILED: 'Tags (!…, such as !vault) are not supported.',
  MULTIPLE_DOCS: 'The file contains more than one document.',
  UNEXPECTED_TOKEN: 'Unexpected content.',
};

const maxProblems = 100;
/** The nesting depth that is accepted: the parser is recursive. */
const maxDepth = 50;

export type Entry = { key: string; at: number | null; value: Node | null };

/** A YAML file that is read node by node, so that each problem has its line. All scalars are text. */
export class YamlFile {
  readonly problems: FileProblem[] = [];
  readonly root: Node | null;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.root = this.#parse(text);
  }

  problem(at: Node | number | null, text: string): undefined {
    if (this.problems.length >= maxProblems) return;
    const line = typeof at === 'number' ? at : this.lineOf(at);
    this.problems.push({ line, text: text.slice(0, 1_000) });
  }

  lineOf(node: Node | null): number | null {
    const start = node?.range?.[0];
    return start === undefined ? null : this.#lines.linePos(start).line;
  }

  /** The upper levels of the file as maps, lists and texts, by which its kind is known. */
  outline(node: Node | null = this.root, depth = 4): unknown {
    if (isScalar(node)) return node.value;
    if (depth === 0) return undefined;
    if (isSeq<Node | null>(node)) return node.items.map((item) => this.outline(item, depth - 1));
    if (!isMap<Node, Node | null>(node)) return undefined;
    return new Map(
      node.items.map(({ key, value }) => [isScalar(key) ? key.value : undefined, this.outline(value, depth - 1)]),
    );
  }

  /** The entries of a mapping. A key that is not one of `keys` is a problem and left out. */
  entries(node: Node | null, what: string, keys?: readonly string[]): Entry[] | undefined {
    if (!isMap<Node, Node | null>(node)) return this.problem(node, `${what} must be a mapping.`);
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const at = this.lineOf(key);
      if (!isScalar(key) || typeof key.value !== 'string') this.problem(at, `A key of ${inside(what)} is not text.`);
      else if (keys && !keys.includes(key.value)) {
        this.problem(at, `${quoted(key.value)} is not a key of ${inside(what)}. Keys: ${keys.join(', ')}.`);
      } else if (seen.has(key.value)) this.problem(at, `Duplicate key ${quoted(key.value)}.`);
      else {
        seen.add(key.value);
        entries.push({ key: key.value, at, value });
      }
    }
    return entries;
  }

  items(node: Node | null, what: string, most: number): (Node | null)[] | undefined {
    if (!isSeq<Node | null>(node)) return this.problem(node, `${what} must be a list.`);
    if (node.items.length > most)
      return this.problem(node, `${what} has ${node.items.length} entries; the maximum is ${most}.`);
    return node.items;
  }

  text(node: Node | null, what: string, longest: number): string | undefined {
    if (!isScalar(node) || typeof node.value !== 'string') return this.problem(node, `${what} must be text.`);
    if (node.value.length > longest) return this.problem(node, `${what} is longer than ${longest} characters.`);
    return node.value;
  }

  #parse(text: string): Node | null {
    const line = tooDeep(text);
    if (line !== undefined) {
      this.problem(line, 'Brackets are nested too deeply.');
      return null;
    }
    try {
      // The schema "failsafe" has only text, lists and maps: 24.10 stays text. Nothing is merged, no alias is followed.
      const document = parseDocument<Node, false>(text, {
        schema: 'failsafe',
        version: '1.2',
        merge: false,
        // Checked in entries(): the parser's own check takes quadratic time.
        uniqueKeys: false,
        prettyErrors: false,
        lineCounter: this.#lines,
        // 'silent' would ignore all documents but the first.
        logLevel: 'error',
      });
      for (const { code, pos } of [...document.errors, ...document.warnings]) {
        this.problem(this.#lines.linePos(pos[0]).line, errorTexts[code] ?? 'Invalid YAML.');
      }
      return this.problems.length > 0 ? null : document.contents;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.problem(null, 'The file is nested too deeply.');
      return null;
    }
  }
}

/** The line where brackets are nested too deeply, if any. Brackets within quotes count as well. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  let line = 1;
  for (const character of text) {
    if (character === '\n') line += 1;
    else if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > maxDepth) return line;
  }
  return undefined;
}

function inside(what: string): string {
  return what.charAt(0).toLowerCase() + what.slice(1);
}

export function quoted(text: string): string {
  return `“${text.length > 100 ? `${text.slice(0, 99)}…` : text}”`;
}
