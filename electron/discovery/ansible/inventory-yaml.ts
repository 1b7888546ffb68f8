import { isAlias, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { describeKind, inventoryKind, isUserConfig, kindOfData, kindOfText } from '../../lib/file-kind.ts';
import { type AnsibleInventory, quoted, withoutPort } from './ansible-inventory.ts';
import { readUserConfig } from './user-config.ts';

/** More aliases than this in one file are an attack or a mistake. */
const maxAliases = 1_000;
const maxNodes = 500_000;
const maxDepth = 40;
/** Characters. The YAML parser blocks the process for about a second per MiB; JSON is fast. */
const maxYamlLength = 1_000_000;

type Plain = Map<unknown, unknown>;

/** A YAML or JSON file as maps, lists and texts, with the line of each key that has one. */
type Parsed = { root: unknown; lines: ReadonlyMap<string, number> };

/**
 * Parses an inventory in Ansible's YAML format (`all:` with `hosts:`, `children:`, `vars:`), or the JSON of
 * `ansible-inventory --list` and dynamic inventories (`_meta.hostvars`, groups with lists of hosts). Values are kept as
 * text, also those with a tag such as `!vault`. The `openstack_user_config.yml` of openstack-ansible is read as far as it
 * has hosts.
 *
 * @param inventory receives what the text says, and the problems
 */
export function readYaml(text: string, inventory: AnsibleInventory): void {
  const parsed = parse(text, inventory);
  if (!parsed) return;
  const { root, lines } = parsed;
  const reader = new Reader(inventory, lines);
  const kind = kindOfData(root);
  if (root instanceof Map && isUserConfig(root)) readUserConfig(root, inventory, lines);
  else if (kind && kind !== inventoryKind) {
    const { is, remedy } = describeKind(kind, 'inventory');
    inventory.problem(1, `${is} ${remedy}`);
  } else if (!(root instanceof Map)) inventory.problem(1, 'An inventory must be a mapping of groups.');
  else if (hasNoGroup(root)) {
    inventory.problem(1, 'This is not an inventory: it has no hosts, children or vars. It may be a variables file.');
  } else reader.root(root);
}

/**
 * Parses a file of variables, as `group_vars/` and `host_vars/` have them.
 *
 * @param inventory receives the problems
 */
export function readVariables(
  text: string,
  inventory: AnsibleInventory,
  set: (name: string, value: string) => void,
): void {
  const known = kindOfText(text);
  // An empty file has no variables.
  if (known && !known.encrypted) return;
  const encrypted = known ?? undefined;
  const parsed = encrypted ? undefined : parse(text, inventory);
  const kind = encrypted ?? kindOfData(parsed?.root);
  if (kind?.encrypted) inventory.problem(null, `${kind.is}: its variables are skipped.`);
  else if (parsed?.root instanceof Map) setVariables(parsed.root, set);
}

/** Whether none of the keys is a group, as in a file of variables. */
function hasNoGroup(root: Plain): boolean {
  const values = [...root.values()];
  const isGroup = (value: unknown) =>
    value instanceof Map && ['hosts', 'children', 'vars'].some((key) => value.has(key));
  if (root.size === 0 || root.has('_meta') || values.some(isGroup)) return false;
  return values.some((value) => typeof value === 'string' && !isNothing(value)) || !values.some(isList);
}

/** A group as a list of hosts, or without any. */
function isList(value: unknown): boolean {
  return Array.isArray(value) || isNothing(value);
}

function parse(text: string, inventory: AnsibleInventory): Parsed | undefined {
  const lines = new Map<string, number>();
  if (/^\s*[{[]/.test(text)) {
    try {
      return { root: mapsOf(JSON.parse(text)), lines };
    } catch {
      // It may be YAML that begins with a bracket; the YAML parser below decides.
    }
  }
  if (text.length > maxYamlLength) {
    inventory.problem(null, 'The text is too long. Enter only the part of the inventory with the Glance hosts.');
    return undefined;
  }
  const counter = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter: counter,
    logLevel: 'silent',
  });
  const error = document.errors[0];
  if (error) {
    // The parser's own message may quote a line with a password.
    inventory.problem(counter.linePos(error.pos[0]).line || 1, 'Invalid YAML from this line on.');
    return undefined;
  }
  let aliases = 0;
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) aliases += 1;
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string' || !key.range) return;
      if (!lines.has(key.value)) lines.set(key.value, counter.linePos(key.range[0]).line);
    },
  });
  if (aliases <= maxAliases) {
    try {
      return { root: document.toJS({ maxAliasCount: maxAliases, mapAsMap: true }), lines };
    } catch {
      // Aliases that multiply, have no anchor, or merge something other than a mapping.
    }
  }
  inventory.problem(null, 'Invalid aliases: nested, without an anchor, or merged without a mapping.');
  return undefined;
}

/** JSON as the YAML parser returns it: maps instead of objects, because a key may be `__proto__`. */
function mapsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapsOf);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, mapsOf(item)]));
}

class Reader {
  readonly #inventory: AnsibleInventory;
  readonly #lines: ReadonlyMap<string, number>;
  #nodes = 0;
  #depth = 0;

  constructor(inventory: AnsibleInventory, lines: ReadonlyMap<string, number>) {
    this.#inventory = inventory;
    this.#lines = lines;
  }

  root(root: Plain): void {
    for (const [name, value] of root) {
      if (typeof name === 'string' && name !== '_meta') this.#group(name, value);
    }
    const meta = root.get('_meta');
    const hostvars = meta instanceof Map ? meta.get('hostvars') : undefined;
    if (!(hostvars instanceof Map)) return;
    for (const [host, variables] of hostvars) {
      if (typeof host === 'string')
        this.#variables(variables, (key, text) => this.#inventory.hostVariable(host, key, text));
    }
  }

  #group(name: string, value: unknown): void {
    const line = this.#lineOf(name);
    if (this.#nodes > maxNodes || this.#depth > maxDepth) {
      if (this.#nodes !== Number.POSITIVE_INFINITY)
        this.#inventory.problem(line, 'The inventory is too large; the rest is skipped.');
      this.#nodes = Number.POSITIVE_INFINITY;
      return;
    }
    this.#nodes += 1;
    if (!this.#inventory.group(name, line)) return;
    if (Array.isArray(value)) {
      this.#hosts(name, value);
      return;
    }
    if (!(value instanceof Map)) {
      if (!isNothing(value)) this.#inventory.problem(line, `The group ${quoted(name)} is not a mapping.`);
      return;
    }
    this.#hosts(name, value.get('hosts'));
    this.#variables(value.get('vars'), (key, text) => this.#inventory.groupVariable(name, key, text, line));
    this.#children(name, value.get('children'));
  }

  #children(parent: string, children: unknown): void {
    const line = this.#lineOf(parent);
    this.#depth += 1;
    if (children instanceof Map) {
      for (const [name, value] of children) {
        if (typeof name !== 'string') continue;
        this.#inventory.child(parent, name, this.#lineOf(name));
        this.#group(name, value);
      }
    } else if (Array.isArray(children)) {
      for (const name of children) if (typeof name === 'string') this.#inventory.child(parent, name, line);
    } else if (!isNothing(children)) {
      this.#inventory.problem(line, `The children of the group ${quoted(parent)} are not a mapping.`);
    }
    this.#depth -= 1;
  }

  #hosts(group: string, hosts: unknown): void {
    const line = this.#lineOf(group);
    if (hosts instanceof Map) {
      for (const [entry, variables] of hosts) {
        if (typeof entry !== 'string') continue;
        this.#nodes += 1;
        if (this.#nodes > maxNodes) return;
        const names = this.#inventory.hosts(withoutPort(entry), group, this.#lineOf(entry) ?? line);
        for (const name of names)
          this.#variables(variables, (key, text) => this.#inventory.hostVariable(name, key, text));
      }
    } else if (Array.isArray(hosts)) {
      for (const entry of hosts) if (typeof entry === 'string') this.#inventory.hosts(withoutPort(entry), group, line);
    } else if (!isNothing(hosts)) {
      this.#inventory.problem(
        line,
        `The hosts of the group ${quoted(group)} are not a mapping: a colon may be missing.`,
      );
    }
  }

  #variables(variables: unknown, set: (name: string, value: string) => void): void {
    if (!(variables instanceof Map) || this.#nodes > maxNodes) return;
    this.#nodes += variables.size;
    setVariables(variables, set);
  }

  #lineOf(name: string): number | null {
    return this.#lines.get(name) ?? null;
  }
}

function setVariables(variables: Plain, set: (name: string, value: string) => void): void {
  for (const [name, value] of variables) {
    const text = textOf(value);
    if (typeof name === 'string' && text !== undefined) set(name, text);
  }
}

/** A value as text. JSON of `ansible-inventory` writes some values as a mapping with one key that says their kind. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!(value instanceof Map) || value.size !== 1) return undefined;
  const text: unknown = value.get('__ansible_unsafe') ?? value.get('__ansible_vault');
  return typeof text === 'string' ? text : undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === '~' || value === 'null';
}
