import { isIP } from 'node:net';
import { maxHosts, nameOfAddress, type PasteReport, parseAddress } from '../contract/hosts.ts';
import { parseSize } from '../contract/sizes.ts';

type Line = PasteReport['lines'][number];

/**
 * Parses a list of hosts: a line is an address, then optionally a name and a limit, separated by blanks or commas,
 * or a line of /etc/hosts, of which the first name is taken. Words may be quoted. Blank
 * lines and comments after `#` are skipped. At most `maxHosts` lines are read.
 *
 * @param taken the addresses of the cloud's hosts, with the hosts' names
 */
export function readPastedHosts(text: string, taken: ReadonlyMap<string, string>): Line[] {
  const seen = new Map(taken);
  const lines: Line[] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const content = raw.replace(/#.*$/, '').trim();
    if (content === '') continue;
    if (lines.length >= maxHosts) break;
    lines.push(readLine(index + 1, content, seen));
  }
  return lines;
}

function readLine(line: number, content: string, seen: Map<string, string>): Line {
  const text = content.slice(0, 600);
  const [first = '', ...rest] = content
    .split(/[\s,;]+/)
    .map(unquoted)
    .filter((word) => word !== '');
  const wrong = (reason: string): Line => ({
    line,
    text,
    outcome: 'invalid',
    address: null,
    name: null,
    limitBytes: null,
    reason,
  });
  if (isNetwork(first)) return wrong(`“${first}” is a network, not a host. Enter each host's address.`);
  const address = parseAddress(first);
  if (!address) return wrong(`“${first.slice(0, 100)}” is not a host address.`);
  const { limitBytes, name } =
    isIP(first) && isHostsLine(rest) ? { name: rest[0] ?? null, limitBytes: null } : readNameAndLimit(rest);
  if (limitBytes === undefined)
    return wrong(`“${rest.join(' ').slice(0, 100)}” is not a display name with a limit such as 500GiB.`);
  const read = { line, text, address, name: name ?? nameOfAddress(address).slice(0, 100), limitBytes };
  const twin = seen.get(address);
  if (twin !== undefined) return { ...read, outcome: 'duplicate', reason: `Same address as ${twin}.` };
  seen.set(address, `line ${line}`);
  return { ...read, outcome: 'willAdd', reason: null };
}

function unquoted(word: string): string {
  return word.replace(/^(["'`])(.*)\1$/, '$2');
}

/** An address with a prefix length, such as `10.0.0.0/24`. */
function isNetwork(word: string): boolean {
  const [address = '', bits = '', ...more] = word.split('/');
  return more.length === 0 && /^\d{1,3}$/.test(bits) && isIP(address) !== 0;
}

/** Whether the words after an address are a name and aliases, as in a line of /etc/hosts. */
function isHostsLine(words: readonly string[]): boolean {
  const isName = (word: string) => /^(?=.{1,100}$)[a-z_][\w-]*(\.[\w-]+)*\.?$/i.test(word);
  return words.length > 1 && words.every((word) => isName(word) && sizeOf(word) === undefined);
}

/** The name and limit after an address. `500 GiB` may be two words, and the name may be missing. */
function readNameAndLimit(words: readonly string[]): { name: string | null; limitBytes: number | null | undefined } {
  if (words.length === 0) return { name: null, limitBytes: null };
  const whole = sizeOf(words.join(' '));
  if (whole !== undefined) return { name: null, limitBytes: whole };
  const [name = '', ...limit] = words;
  if (name.length > 100) return { name: null, limitBytes: undefined };
  if (limit.length === 0) return { name, limitBytes: null };
  return { name, limitBytes: sizeOf(limit.join(' ')) };
}

function sizeOf(text: string): number | undefined {
  const bytes = parseSize(text);
  return bytes === undefined || bytes < 1 ? undefined : bytes;
}
