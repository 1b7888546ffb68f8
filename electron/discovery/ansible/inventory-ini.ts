import { type AnsibleInventory, quoted, withoutPort } from './ansible-inventory.ts';

type Section = { group: string; kind: 'hosts' | 'children' | 'vars' };

/**
 * Parses an inventory in Ansible's INI format. Supported: `[group]`, `[group:children]`, `[group:vars]`; hosts with ranges,
 * a `:port` (that of ssh, which is dropped) and `name=value` words with shell quoting; comments with `#` and `;`.
 * Values are kept as text.
 *
 * @param inventory receives what the text says, and the problems
 */
export function readIni(text: string, inventory: AnsibleInventory): void {
  let section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const number = index + 1;
    if (/^\[[^\]]*\]\s*(?:#.*)?$/.test(line)) section = readHeading(inventory, line, number);
    else if (section) readEntry(inventory, section, line, number);
  }
}

function readHeading(inventory: AnsibleInventory, line: string, number: number): Section | undefined {
  const match = /^\[([^:\]\s]+)(?::(\w+))?\]/.exec(line);
  const kind = match?.[2] ?? 'hosts';
  if (!match || (kind !== 'hosts' && kind !== 'children' && kind !== 'vars')) {
    inventory.problem(number, 'This section is not [group], [group:children] or [group:vars]; it is skipped.');
    return undefined;
  }
  const group = match[1] ?? '';
  if (kind === 'vars') return { group, kind };
  return inventory.group(group, number) ? { group, kind } : undefined;
}

function readEntry(inventory: AnsibleInventory, { group, kind }: Section, line: string, number: number): void {
  if (kind === 'vars') {
    const match = /^([^\s=]+)\s*=\s*(.*)$/.exec(line);
    if (match) inventory.groupVariable(group, match[1] ?? '', unquoted(match[2] ?? ''), number);
    else inventory.problem(number, `This line of [${group.slice(0, 60)}:vars] is not name=value.`);
    return;
  }
  const words = wordsOf(line);
  if (!words) {
    inventory.problem(number, 'A quote is not closed.');
    return;
  }
  const [entry, ...rest] = words;
  if (entry === undefined) return;
  if (kind === 'children') {
    inventory.child(group, entry, number);
    return;
  }
  if (entry.includes('=')) {
    inventory.problem(number, `This line starts with ${quoted(entry)}, which is not a host name.`);
    return;
  }
  const hosts = inventory.hosts(withoutPort(entry), group, number);
  for (const word of rest) {
    const at = word.indexOf('=');
    if (at < 1) inventory.problem(number, `A variable of the host ${quoted(entry)} is not name=value.`);
    else for (const host of hosts) inventory.hostVariable(host, word.slice(0, at), word.slice(at + 1));
  }
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

/** Splits a line into words as a shell does, up to a comment. Undefined if a quote is not closed. */
function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\]/.test(line[index + 1] ?? '')) {
        index += 1;
        word = (word ?? '') + (line[index] ?? '');
      } else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '#') break;
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '\\' && index + 1 < line.length) {
      index += 1;
      word = (word ?? '') + (line[index] ?? '');
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
