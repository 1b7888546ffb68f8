import { formatCount } from '../../contract/counts.ts';
import type { FindProblem } from '../../contract/discovery.ts';

/** Limits on what is read of one inventory. More is an attack, or not an inventory. */
const maxHosts = 10_000;
const maxGroups = 2_000;
/** Entries of hosts in groups, each name of a range counted, because ranges may be repeated many times. */
const maxEntries = 100_000;
const maxVariables = 500_000;
const maxProblems = 200;
const maxNameLength = 255;
/** Characters of an entry, which may be a range. */
const maxEntryLength = 500;
const maxValueLength = 1_000;

export type Variables = Map<string, string>;

/** A group of the inventory with its direct members. */
type Group = {
  hosts: Set<string>;
  children: Set<string>;
  variables: Variables;
  /** Those of `group_vars/`, which override the ones in the inventory's files. */
  folderVariables: Variables;
  /** Whether the inventory lists its hosts or children, instead of only naming it. */
  defined: boolean;
  /** The line, and the file, that name it first. */
  line: number | null;
  file: string | undefined;
};

type Host = { variables: Variables; folderVariables: Variables };

/** The replacement of a value that is encrypted with ansible-vault. */
export const encryptedValue = '$ANSIBLE_VAULT';

/** The group that contains every host, whether or not the inventory says so. */
const allGroup = 'all';

/**
 * An Ansible inventory: its groups, hosts and variables. Input that is too long or invalid is recorded as a problem and
 * skipped; nothing is thrown. A problem never quotes the value of a variable, which may be a password.
 */
export class AnsibleInventory {
  readonly problems: FindProblem[] = [];
  /** The file of a folder that is being read, which problems name. */
  file: string | undefined;
  readonly #groups = new Map<string, Group>();
  readonly #hosts = new Map<string, Host>();
  #entries = 0;
  #variables = 0;
  #parents: ReadonlyMap<string, readonly string[]> | undefined;

  problem(line: number | null, text: string): void {
    if (this.problems.length >= maxProblems) return;
    const file = this.file?.slice(0, 500);
    this.problems.push({ ...(file === undefined ? {} : { file }), line, text: text.slice(0, 1_000) });
  }

  /** Defines a group. Returns false if there are too many groups, or the name is invalid. */
  group(name: string, line: number | null): boolean {
    const group = this.#group(name, line);
    if (group) group.defined = true;
    return group !== undefined;
  }

  /** Adds an entry to a group: a host or a range of hosts. Returns the names of the hosts. */
  hosts(entry: string, groupName: string, line: number | null): string[] {
    const group = this.#group(groupName, line);
    if (!group) return [];
    const range = entry.length > maxEntryLength ? { problem: 'it is too long' } : expandRange(entry);
    if ('problem' in range) {
      this.problem(line, `The host ${quoted(entry)} is skipped: ${range.problem}.`);
      return [];
    }
    const taken: string[] = [];
    for (const name of range.names) {
      if (!isName(name)) {
        this.problem(line, `${quoted(name)} is not a valid host name.`);
        break;
      }
      this.#entries += 1;
      if (this.#entries > maxEntries || (this.#hosts.size >= maxHosts && !this.#hosts.has(name))) {
        this.problem(line, 'The inventory has too many hosts; the rest is skipped.');
        break;
      }
      if (!this.#hosts.has(name)) this.#hosts.set(name, { variables: new Map(), folderVariables: new Map() });
      group.hosts.add(name);
      taken.push(name);
    }
    return taken;
  }

  hostVariable(host: string, name: string, value: string): void {
    this.#set(this.#hosts.get(host)?.variables, name, value);
  }

  /** Sets a variable of `host_vars/`, which overrides those in the inventory's files. */
  hostFolderVariable(host: string, name: string, value: string): void {
    this.#set(this.#hosts.get(host)?.folderVariables, name, value);
  }

  /** Sets a variable of `group_vars/`. Those of a group that the inventory does not have are left out. */
  groupFolderVariable(group: string, name: string, value: string): void {
    const known = group === allGroup ? this.#group(group, null) : this.#groups.get(group);
    this.#set(known?.folderVariables, name, value);
  }

  groupVariable(group: string, name: string, value: string, line: number | null): void {
    this.#set(this.#group(group, line)?.variables, name, value);
  }

  child(parent: string, child: string, line: number | null): void {
    this.#parents = undefined;
    const above = this.#group(parent, line);
    if (!above || !this.#group(child, line)) return;
    this.#entries += 1;
    if (this.#entries > maxEntries) {
      this.problem(line, 'The inventory has too many nested groups; the rest is skipped.');
      return;
    }
    if (parent === child) this.problem(line, `The group ${quoted(parent)} contains itself.`);
    else above.children.add(child);
  }

  /** The number of hosts in each group and its child groups, sorted by name. */
  counts(): { name: string; hosts: number }[] {
    const names = [...this.#groups.keys()].filter((name) => name !== allGroup).sort((a, b) => (a < b ? -1 : 1));
    const counted = names.map((name) => ({ name, hosts: this.members([name]).length }));
    return [{ name: allGroup, hosts: this.#hosts.size }, ...counted].slice(0, maxGroups);
  }

  /** The hosts of some groups and their child groups, each once, in the order of the inventory. */
  members(groups: readonly string[]): string[] {
    if (groups.includes(allGroup)) return [...this.#hosts.keys()];
    const waiting = [...groups].reverse();
    const seen = new Set<string>();
    const members = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const group = this.#groups.get(name);
      if (!group || seen.has(name)) continue;
      seen.add(name);
      for (const host of group.hosts) members.add(host);
      waiting.push(...[...group.children].reverse());
    }
    return [...members];
  }

  has(group: string): boolean {
    return group === allGroup || this.#groups.has(group);
  }

  hasHost(host: string): boolean {
    return this.#hosts.has(host);
  }

  /**
   * The variables of a host, merged as Ansible does: the host's own override those of its groups, those of a child group
   * override those of its parents, and among groups of the same depth the last by name wins. Those of `group_vars/` and
   * `host_vars/` override the ones of the same rank in the inventory's files, and `group_vars/all` those of all groups there
   * (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html, "Understanding variable precedence").
   */
  variablesOf(host: string): Variables {
    const layers = [...this.#above(host)].sort(([a, deepA], [b, deepB]) => deepA - deepB || (a < b ? -1 : 1));
    const groups = [allGroup, ...layers.map(([name]) => name)].map((name) => this.#groups.get(name));
    const own = this.#hosts.get(host);
    return new Map(
      [
        ...groups.map((group) => group?.variables),
        ...groups.map((group) => group?.folderVariables),
        own?.variables,
        own?.folderVariables,
      ].flatMap((layer) => [...(layer ?? [])]),
    );
  }

  /** Reports groups that only appear as a child or with variables, so that their hosts are unknown. */
  reportUndefinedGroups(): void {
    for (const [name, group] of this.#groups) {
      if (!group.defined && name !== allGroup && name !== 'ungrouped') {
        this.file = group.file;
        this.problem(group.line, `The group ${quoted(name)} has no definition.`);
      }
    }
    this.file = undefined;
  }

  /** The groups that contain a host, directly or not, each with its depth, which is greater than its parents'. */
  #above(host: string): Map<string, number> {
    const parents = this.#parentsOf();
    const depths = new Map<string, number>();
    const depth = (name: string, below: ReadonlySet<string>): number => {
      const known = depths.get(name);
      if (known !== undefined) return known;
      // Cycles and very deep nesting are not followed further.
      const next = new Set(below).add(name);
      const above = next.size > 50 ? [] : (parents.get(name) ?? []).filter((parent) => !next.has(parent));
      const deep = Math.max(0, ...above.map((parent) => depth(parent, next))) + 1;
      depths.set(name, deep);
      return deep;
    };
    for (const [name, group] of this.#groups) if (name !== allGroup && group.hosts.has(host)) depth(name, new Set());
    return depths;
  }

  #parentsOf(): ReadonlyMap<string, readonly string[]> {
    if (this.#parents) return this.#parents;
    const parents = new Map<string, string[]>();
    for (const [name, { children }] of this.#groups) {
      if (name === allGroup) continue;
      for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
    }
    this.#parents = parents;
    return parents;
  }

  #set(variables: Variables | undefined, name: string, value: string): void {
    if (!variables || !isName(name) || this.#variables >= maxVariables) return;
    const kept = value.trimStart().startsWith(encryptedValue) ? encryptedValue : value;
    if (kept.length > maxValueLength) return;
    this.#variables += 1;
    variables.set(name, kept);
  }

  #group(name: string, line: number | null): Group | undefined {
    const known = this.#groups.get(name);
    if (known) return known;
    if (!isName(name)) {
      this.problem(line, `${quoted(name)} is not a valid group name.`);
      return undefined;
    }
    if (this.#groups.size >= maxGroups) {
      this.problem(line, 'The inventory has too many groups; the rest is skipped.');
      return undefined;
    }
    const group: Group = {
      hosts: new Set(),
      children: new Set(),
      variables: new Map(),
      folderVariables: new Map(),
      defined: false,
      line,
      file: this.file,
    };
    this.#groups.set(name, group);
    return group;
  }
}

function isName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are rejected
  const isPlain = !/[\s\u0000-\u001f\u007f]/.test(text);
  return isPlain && text.length > 0 && text.length <= maxNameLength && text.isWellFormed();
}

/** A name as a problem quotes it. The text after a `=` is left out, because it may be a secret. */
export function quoted(name: string): string {
  const cut = name.replace(/=.*$/s, '=…');
  return `“${cut.length > 60 ? `${cut.slice(0, 60)}…` : cut}”`.toWellFormed();
}

/** The most names that one entry of an inventory may expand to. */
export const maxRangeSize = 1_000;

/**
 * Expands an entry of an inventory as Ansible does: `glance[01:12]` to twelve names, `edge-[a:c]-[1:2]` to six,
 * `node[0:20:5]` to five; an entry without brackets is one name. Leading zeros are kept, the end of a range is included,
 * and letters go from a to z. Returns a problem where the range is invalid or has more than 1,000 names.
 */
export function expandRange(entry: string): { names: string[] } | { problem: string } {
  let names = [''];
  let rest = entry;
  for (;;) {
    const open = rest.indexOf('[');
    if (open < 0) return { names: names.map((name) => name + rest) };
    const close = rest.indexOf(']', open);
    if (close < 0) return { problem: 'a range bracket is not closed' };
    const values = valuesOf(rest.slice(open + 1, close));
    if (typeof values === 'string') return { problem: values };
    if (names.length * values.length > maxRangeSize) {
      return { problem: `it expands to more than ${formatCount(maxRangeSize)} hosts` };
    }
    const head = rest.slice(0, open);
    names = names.flatMap((name) => values.map((value) => name + head + value));
    rest = rest.slice(close + 1);
  }
}

const noRange = 'the brackets do not contain a range such as [01:12] or [a:f]';

function valuesOf(range: string): string[] | string {
  const match = /^(\d{0,9}|[A-Za-z]):(\d{1,9}|[A-Za-z])(?::(\d{1,9}))?$/.exec(range);
  if (!match) return noRange;
  const [, first = '', last = ''] = match;
  const step = Number(match[3] ?? '1');
  if (step < 1) return 'the step of a range is 0';
  const letters = /[A-Za-z]/.test(first);
  if (letters !== /[A-Za-z]/.test(last)) return noRange;
  const width = /^0\d/.test(first) ? first.length : 0;
  // Ansible rejects [01:100] too.
  if (width > 0 && last.length !== width) return 'the start and end of a range with leading zeros differ in length';
  const from = letters ? (first.codePointAt(0) ?? 0) : Number(first);
  const to = letters ? (last.codePointAt(0) ?? 0) : Number(last);
  if (from > to || (letters && from < 91 && to > 96)) return 'the end of a range is before its start';
  if ((to - from) / step >= maxRangeSize) return `it expands to more than ${formatCount(maxRangeSize)} hosts`;
  const values: string[] = [];
  for (let value = from; value <= to; value += step) {
    values.push(letters ? String.fromCodePoint(value) : String(value).padStart(width, '0'));
  }
  return values;
}

/** An entry without its port, which is that of ssh: `glance-01:2222`, `[fd00::1]:2222`. Keeps the colons of ranges and IPv6 addresses. */
export function withoutPort(entry: string): string {
  if (entry.length > maxEntryLength) return entry;
  const bracketed = /^\[([0-9a-f.]*(?::[0-9a-f.]*){2,8})\](?::\d{1,5})?$/i.exec(entry);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^[^:]*:\d{1,5}$/.test(entry.replace(/\[[^\]]*\]/g, '')) ? entry.replace(/:\d{1,5}$/, '') : entry;
}
