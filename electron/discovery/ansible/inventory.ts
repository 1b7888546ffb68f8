import type { FindProblem } from '../../contract/discovery.ts';
import { expandRange } from './host-range.ts';

/** What of one inventory is read; more is an attack, or another file. */
const mostHosts = 10_000;
const mostGroups = 2_000;
/** Entries of hosts in groups, each name of a range counted: ranges may come again and again. */
const mostEntries = 100_000;
const mostVariables = 500_000;
const mostProblems = 200;
const longestName = 255;
/** Of an entry, which may be a range. */
export const longestEntry = 500;
const longestValue = 1_000;

export type Variables = Map<string, string>;

/** A group as the inventory has it: who is directly in it. */
type Group = {
  hosts: Set<string>;
  children: Set<string>;
  variables: Variables;
  told: boolean;
  /** Where it was first named. */
  line: number | null;
};

/** The groups that every host is in, though no inventory has to say so. */
const everybody = 'all';

/**
 * An Ansible inventory while it is read and after. What is too much, or makes no sense, becomes a problem and is passed
 * over; nothing is thrown, and no value of a variable is ever quoted: it may be a password.
 */
export class AnsibleInventory {
  readonly problems: FindProblem[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #hosts = new Map<string, Variables>();
  #entries = 0;
  #variables = 0;
  #parents: ReadonlyMap<string, readonly string[]> | undefined;

  problem(line: number | null, text: string): void {
    if (this.problems.length < mostProblems) this.problems.push({ line, text: text.slice(0, 1_000) });
  }

  /** A group that the inventory tells of itself; false where there are too many, or it is no name. */
  group(name: string, line: number | null): boolean {
    const group = this.#group(name, line);
    if (group) group.told = true;
    return group !== undefined;
  }

  /** An entry of a host, which may be a range; returns the names it stands for. */
  hosts(entry: string, groupName: string, line: number | null): string[] {
    const group = this.#group(groupName, line);
    if (!group) return [];
    const range = entry.length > longestEntry ? { problem: 'it is too long' } : expandRange(entry);
    if ('problem' in range) {
      this.problem(line, `The host ${quoted(entry)} is passed over: ${range.problem}.`);
      return [];
    }
    const taken: string[] = [];
    for (const name of range.names) {
      if (!isName(name)) {
        this.problem(line, `${quoted(name)} is not the name of a host.`);
        break;
      }
      this.#entries += 1;
      if (this.#entries > mostEntries || (this.#hosts.size >= mostHosts && !this.#hosts.has(name))) {
        this.problem(line, 'The inventory has more hosts than are read; the rest is passed over.');
        break;
      }
      if (!this.#hosts.has(name)) this.#hosts.set(name, new Map());
      group.hosts.add(name);
      taken.push(name);
    }
    return taken;
  }

  hostVariable(host: string, name: string, value: string): void {
    this.#set(this.#hosts.get(host), name, value);
  }

  groupVariable(group: string, name: string, value: string, line: number | null): void {
    this.#set(this.#group(group, line)?.variables, name, value);
  }

  child(parent: string, child: string, line: number | null): void {
    this.#parents = undefined;
    const above = this.#group(parent, line);
    if (!above || !this.#group(child, line)) return;
    this.#entries += 1;
    if (this.#entries > mostEntries) {
      this.problem(line, 'The inventory has more groups within groups than are read; the rest is passed over.');
      return;
    }
    if (parent === child) this.problem(line, `The group ${quoted(parent)} is a child of itself.`);
    else above.children.add(child);
  }

  /** The groups with how many hosts are in each, those of their children included; by name. */
  counts(): { name: string; hosts: number }[] {
    const names = [...this.#groups.keys()].filter((name) => name !== everybody).sort((a, b) => (a < b ? -1 : 1));
    const counted = names.map((name) => ({ name, hosts: this.members([name]).length }));
    return [{ name: everybody, hosts: this.#hosts.size }, ...counted].slice(0, mostGroups);
  }

  /** The hosts of some groups and of all groups within them, each once, in the order of the inventory. */
  members(groups: readonly string[]): string[] {
    if (groups.includes(everybody)) return [...this.#hosts.keys()];
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
    return group === everybody || this.#groups.has(group);
  }

  /**
   * What is said of a host, as Ansible puts it together: its own variables before those of its groups, those of a child
   * before those of its parents, and among groups that are as deep as each other the last by name wins.
   */
  variablesOf(host: string): Variables {
    const layers = [...this.#above(host)].sort(([a, deepA], [b, deepB]) => deepA - deepB || (a < b ? -1 : 1));
    const variables = new Map(this.#groups.get(everybody)?.variables);
    for (const [name] of layers)
      for (const [key, value] of this.#groups.get(name)?.variables ?? []) variables.set(key, value);
    for (const [key, value] of this.#hosts.get(host) ?? []) variables.set(key, value);
    return variables;
  }

  /** Tells of groups that are named as a child, or given variables, and are nowhere else. */
  complainOfUntold(): void {
    for (const [name, group] of this.#groups) {
      if (!group.told && name !== everybody && name !== 'ungrouped') {
        this.problem(group.line, `The group ${quoted(name)} is named, but nothing says which hosts are in it.`);
      }
    }
  }

  /** The groups that a host is in, directly or not, each with how deep it is: more than its parents. */
  #above(host: string): Map<string, number> {
    const parents = this.#parentsOf();
    const depths = new Map<string, number>();
    const depth = (name: string, below: ReadonlySet<string>): number => {
      const known = depths.get(name);
      if (known !== undefined) return known;
      // Groups that are children of each other, or too deep to be meant, are not followed further.
      const next = new Set(below).add(name);
      const above = next.size > 50 ? [] : (parents.get(name) ?? []).filter((parent) => !next.has(parent));
      const deep = Math.max(0, ...above.map((parent) => depth(parent, next))) + 1;
      depths.set(name, deep);
      return deep;
    };
    for (const [name, group] of this.#groups) if (name !== everybody && group.hosts.has(host)) depth(name, new Set());
    return depths;
  }

  #parentsOf(): ReadonlyMap<string, readonly string[]> {
    if (this.#parents) return this.#parents;
    const parents = new Map<string, string[]>();
    for (const [name, { children }] of this.#groups) {
      if (name === everybody) continue;
      for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
    }
    this.#parents = parents;
    return parents;
  }

  #set(variables: Variables | undefined, name: string, value: string): void {
    if (!variables || !isName(name) || value.length > longestValue || this.#variables >= mostVariables) return;
    this.#variables += 1;
    variables.set(name, value);
  }

  #group(name: string, line: number | null): Group | undefined {
    const known = this.#groups.get(name);
    if (known) return known;
    if (!isName(name)) {
      this.problem(line, `${quoted(name)} is not the name of a group.`);
      return undefined;
    }
    if (this.#groups.size >= mostGroups) {
      this.problem(line, 'The inventory has more groups than are read; the rest is passed over.');
      return undefined;
    }
    const group: Group = { hosts: new Set(), children: new Set(), variables: new Map(), told: false, line };
    this.#groups.set(name, group);
    return group;
  }
}

function isName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a stranger are what is refused.
  return text.length > 0 && text.length <= longestName && !/[\s\u0000-\u001f\u007f]/.test(text) && text.isWellFormed();
}

/** A name as a problem shows it: what follows a `=` may be a secret. */
export function quoted(name: string): string {
  const cut = name.replace(/=.*$/s, '=…');
  return `“${cut.length > 60 ? `${cut.slice(0, 60)}…` : cut}”`.toWellFormed();
}
