import { isAlias, isMap, type Node } from 'yaml';
import { maxHosts } from '../../../contract/hosts.ts';
import {
  type Blackout,
  maxSchedules,
  type Schedule,
  type ScheduleTrigger,
  schedule,
} from '../../../contract/schedules.ts';
import { describeKind, kindOfData, kindOfText, schedulesKind } from '../../../lib/file-kind.ts';
import { type Entry, type FileProblem, quoted, YamlFile } from '../../../lib/yaml-file.ts';
import { dayNames, defaultLimits, schedulesKey } from './write-schedule-yaml.ts';

/** A name in the file and its line. */
export type WrittenName = { text: string; line: number | null };
export type WrittenHost = { cloud: WrittenName | undefined; host: WrittenName };

export type WrittenTargets =
  | { kind: 'all' }
  | { kind: 'labels'; labels: string[] }
  | { kind: 'named'; hosts: WrittenHost[] }
  | { kind: 'clouds'; clouds: WrittenName[] }
  | { kind: 'regions'; regions: { cloud: WrittenName; region: string | null }[] };

export type WrittenAction =
  | Extract<Schedule['action'], { kind: 'prune' | 'clean' | 'prefetch' | 'refresh' }>
  | { kind: 'golden'; cloud: WrittenName | undefined; set: WrittenName; deleteExtra: boolean }
  | { kind: 'waste'; filter: WrittenName };

/** A schedule as it is written in the file: clouds, hosts, golden sets and filters by their names. */
export type WrittenSchedule = Omit<Schedule, 'id' | 'action' | 'targets'> & {
  line: number | null;
  action: WrittenAction;
  targets: WrittenTargets;
  only: WrittenHost[] | null;
};

const triggerKeys = ['every_minutes', 'hourly_at_minute', 'daily_at', 'weekly_at', 'cron', 'above_percent'];
const keys = [
  'name',
  'note',
  'enabled',
  'action',
  'to_percent',
  'bytes_per_second',
  'golden',
  'delete_extra',
  'filter',
  'targets',
  'only',
  ...triggerKeys,
  'days',
  'time_zone',
  'jitter_seconds',
  'blackouts',
  'missed',
  'max_images',
  'max_percent',
];
const actionKinds = ['prune', 'clean', 'prefetch', 'golden', 'waste', 'refresh'];
/** The keys that only one action has. */
const actionOfKey: Readonly<Record<string, string>> = {
  to_percent: 'prune',
  bytes_per_second: 'prefetch',
  golden: 'golden',
  delete_extra: 'golden',
  filter: 'waste',
};

/** Reads the schedules of a YAML file and all of its problems. With problems, the schedules may be incomplete. */
export function readSchedules(text: string): { schedules: WrittenSchedule[]; problems: FileProblem[] } {
  const other = kindOfText(text);
  if (other) return { schedules: [], problems: [problemOf(other)] };
  const file = new YamlFile(text);
  if (file.problems.length > 0) return { schedules: [], problems: file.problems };
  const kind = kindOfData(file.outline());
  if (kind && kind !== schedulesKind) return { schedules: [], problems: [problemOf(kind)] };
  const root = file.entries(file.root, 'The file', [schedulesKey]);
  const list = root?.[0];
  if (root && !list && file.problems.length === 0) file.problem(1, `The file has no ${schedulesKey} key.`);
  const items = list ? file.items(list.value, schedulesKey, maxSchedules) : undefined;
  const schedules = (items ?? []).flatMap((item) => readSchedule(new Reader(file), item) ?? []);
  return { schedules, problems: file.problems };
}

function problemOf(kind: Parameters<typeof describeKind>[0]): FileProblem {
  const { is, remedy } = describeKind(kind, 'schedules');
  return { line: 1, text: `${is} ${remedy}` };
}

function readSchedule(read: Reader, node: Node | null): WrittenSchedule | undefined {
  const { file } = read;
  const before = file.problems.length;
  const entries = read.entries(node, 'A schedule', keys);
  if (!entries) return undefined;
  const line = file.lineOf(node);
  const entry = (key: string) => entries.find((one) => one.key === key);
  const name = entry('name');
  if (!name) return file.problem(line, 'A schedule has no name.');
  const named = schedule.shape.name.safeParse(file.text(name.value, 'The name of a schedule', 100));
  if (!named.success) return file.problem(name.at, 'The name of a schedule is empty or too long.');
  const action = readAction(read, entries, line);
  const trigger = readTrigger(read, entries, line);
  const targets = readTargets(read, entry('targets'), line);
  const only = entry('only');
  const blackouts = entry('blackouts');
  const timeZone = entry('time_zone');
  const note = entry('note');
  const missed = read.oneOf(entry('missed'), ['skip', 'run_once']);
  const written = {
    line,
    name: named.data,
    note: note ? (file.text(note.value, 'A note', 1_000) ?? '') : '',
    enabled: read.flag(entry('enabled')) ?? true,
    timeZone: timeZone ? (file.text(timeZone.value, 'A time zone', 100) ?? 'UTC') : 'UTC',
    jitterSeconds: read.number(entry('jitter_seconds'), 0, 3_600) ?? 0,
    blackouts: blackouts ? read.list(blackouts.value, 'blackouts', 10, (item) => readBlackout(read, item)) : [],
    missed: missed === 'run_once' ? ('runOnce' as const) : ('skip' as const),
    limits: {
      images: read.limit(entry('max_images'), 0, 1_000_000, defaultLimits.images),
      percent: read.limit(entry('max_percent'), 1, 100, defaultLimits.percent),
    },
    only: only ? read.list(only.value, 'hosts', maxHosts, (item) => readHost(read, item)) : null,
  };
  if (!action || !trigger || !targets || file.problems.length > before) return undefined;
  return { ...written, action, trigger, targets };
}

function readAction(read: Reader, entries: readonly Entry[], line: number | null): WrittenAction | undefined {
  const entry = (key: string) => entries.find((one) => one.key === key);
  const given = entry('action');
  if (!given) return read.file.problem(line, `A schedule has no action: ${actionKinds.join(', ')}.`);
  const kind = read.oneOf(given, actionKinds);
  if (kind === undefined) return undefined;
  for (const { key, at } of entries) {
    const only = actionOfKey[key];
    if (only !== undefined && only !== kind) read.file.problem(at, `${key} is only for the action ${only}.`);
  }
  switch (kind) {
    case 'prune': {
      const toPercent = read.number(entry('to_percent'), 1, 100);
      return { kind, ...(toPercent === undefined ? {} : { toPercent }) };
    }
    case 'prefetch': {
      const bytesPerSecond = read.number(entry('bytes_per_second'), 1_024, Number.MAX_SAFE_INTEGER);
      return { kind, ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }) };
    }
    case 'golden': {
      const named = entry('golden');
      const parts = named && read.entries(named.value, 'The golden set', ['cloud', 'set']);
      const set = parts && read.name(parts, 'set', 100);
      if (!set)
        return read.file.problem(named?.at ?? line, 'The action golden needs a mapping golden with cloud and set.');
      const deleteExtra = read.flag(entry('delete_extra')) ?? false;
      return { kind, cloud: read.name(parts, 'cloud', 100), set, deleteExtra };
    }
    case 'waste': {
      const filter = read.name(entries, 'filter', 100);
      return filter ? { kind, filter } : read.file.problem(line, 'The action waste needs a filter.');
    }
    case 'clean':
    case 'refresh':
      return { kind };
    default:
      return undefined;
  }
}

function readTrigger(read: Reader, entries: readonly Entry[], line: number | null): ScheduleTrigger | undefined {
  const given = entries.filter(({ key }) => triggerKeys.includes(key));
  const [trigger, other] = given;
  if (!trigger || other) {
    return read.file.problem(other?.at ?? line, `A schedule needs exactly one of ${triggerKeys.join(', ')}.`);
  }
  const days = entries.find(({ key }) => key === 'days');
  if (days && trigger.key !== 'weekly_at') read.file.problem(days.at, 'days is only for weekly_at.');
  switch (trigger.key) {
    case 'every_minutes': {
      const minutes = read.number(trigger, 1, 1_440);
      return minutes === undefined ? undefined : { kind: 'every', minutes };
    }
    case 'hourly_at_minute': {
      const minute = read.number(trigger, 0, 59);
      return minute === undefined ? undefined : { kind: 'hourly', minute };
    }
    case 'daily_at': {
      const at = read.time(trigger);
      return at === undefined ? undefined : { kind: 'daily', at };
    }
    case 'weekly_at': {
      const at = read.time(trigger);
      const on = read.days(days);
      if (on.length === 0) return read.file.problem(trigger.at, `weekly_at needs days: ${dayNames.join(', ')}.`);
      return at === undefined ? undefined : { kind: 'weekly', at, days: on };
    }
    case 'cron': {
      const expression = read.file.text(trigger.value, 'A cron expression', 200)?.trim();
      if (expression === '') return read.file.problem(trigger.at, 'The cron expression is empty.');
      return expression === undefined ? undefined : { kind: 'cron', expression };
    }
    default: {
      const abovePercent = read.number(trigger, 1, 1_000);
      return abovePercent === undefined ? undefined : { kind: 'threshold', abovePercent };
    }
  }
}

function readTargets(read: Reader, entry: Entry | undefined, line: number | null): WrittenTargets | undefined {
  const how = 'targets must be “all” or a mapping with one of hosts, labels, regions, clouds.';
  if (!entry) return read.file.problem(line, `A schedule has no targets. ${how}`);
  if (!isMap(entry.value)) {
    const text = read.file.text(entry.value, 'The value of targets', 100);
    return text === undefined || text === 'all' ? text && { kind: 'all' } : read.file.problem(entry.at, how);
  }
  const entries = read.entries(entry.value, 'The targets', ['hosts', 'labels', 'regions', 'clouds']) ?? [];
  const [only, other] = entries;
  if (!only || other) return read.file.problem(entry.at, how);
  const { key, value, at } = only;
  const found = readTargetList(read, key, value);
  const isEmpty = Object.values(found).some((list) => Array.isArray(list) && list.length === 0);
  return isEmpty ? read.file.problem(at, `The list of ${key} is empty.`) : found;
}

function readTargetList(read: Reader, key: string, value: Node | null): WrittenTargets {
  switch (key) {
    case 'labels':
      return {
        kind: 'labels',
        labels: read.list(value, 'labels', 20, (item) => read.file.text(item, 'A label', 50)?.trim() || undefined),
      };
    case 'clouds':
      return { kind: 'clouds', clouds: read.list(value, 'clouds', 1_000, (item) => read.word(item, 'A cloud', 100)) };
    case 'regions':
      return { kind: 'regions', regions: read.list(value, 'regions', 1_000, (item) => readRegion(read, item)) };
    default:
      return { kind: 'named', hosts: read.list(value, 'hosts', maxHosts, (item) => readHost(read, item)) };
  }
}

function readRegion(read: Reader, node: Node | null) {
  const parts = read.entries(node, 'A region', ['cloud', 'region']);
  const cloud = parts && read.name(parts, 'cloud', 100);
  if (!parts || !cloud) return read.file.problem(node, 'A region needs a cloud.');
  return { cloud, region: read.name(parts, 'region', 255)?.text ?? null };
}

function readHost(read: Reader, node: Node | null): WrittenHost | undefined {
  if (!isMap(node)) {
    const host = read.word(node, 'A host', 500);
    return host && { cloud: undefined, host };
  }
  const parts = read.entries(node, 'A host', ['cloud', 'host']);
  const host = parts && read.name(parts, 'host', 500);
  if (!parts || !host) return read.file.problem(node, 'A host needs its name: host.');
  return { cloud: read.name(parts, 'cloud', 100), host };
}

function readBlackout(read: Reader, node: Node | null): Blackout | undefined {
  const parts = read.entries(node, 'A blackout', ['from', 'to', 'days']);
  const entry = (key: string) => parts?.find((one) => one.key === key);
  const [from, to] = [read.time(entry('from')), read.time(entry('to'))];
  if (from === undefined || to === undefined)
    return read.file.problem(node, 'A blackout needs from and to, such as 08:00.');
  return { from, to, days: read.days(entry('days')) };
}

/** Reads the values of a file. Each problem has its line. */
class Reader {
  readonly file: YamlFile;

  constructor(file: YamlFile) {
    this.file = file;
  }

  /** The entries of a mapping. Aliases are refused: they can multiply the content of a small file. */
  entries(node: Node | null, what: string, known: readonly string[]): Entry[] | undefined {
    const entries = this.file.entries(node, what, known);
    return entries?.filter(({ value, at }) => !this.#isAlias(value, at));
  }

  list<Item>(node: Node | null, what: string, most: number, read: (item: Node | null) => Item | undefined): Item[] {
    const items = this.file.items(node, `The list of ${what}`, most) ?? [];
    return items.flatMap((item) => (this.#isAlias(item, item) ? [] : (read(item) ?? [])));
  }

  word(node: Node | null, what: string, longest: number): WrittenName | undefined {
    const text = this.file.text(node, what, longest);
    if (text === undefined) return undefined;
    return text.trim() === '' ? this.file.problem(node, `${what} is empty.`) : { text, line: this.file.lineOf(node) };
  }

  name(entries: readonly Entry[], key: string, longest: number): WrittenName | undefined {
    const entry = entries.find((one) => one.key === key);
    return entry && this.word(entry.value, `The value of ${key}`, longest);
  }

  oneOf(entry: Entry | undefined, words: readonly string[]): string | undefined {
    const text = entry && this.file.text(entry.value, `The value of ${entry.key}`, 100);
    if (text === undefined || words.includes(text)) return text;
    return this.file.problem(entry?.at ?? null, `${quoted(text)} is not one of ${words.join(', ')}.`);
  }

  flag(entry: Entry | undefined): boolean | undefined {
    const text = this.oneOf(entry, ['true', 'false']);
    return text === undefined ? undefined : text === 'true';
  }

  number(entry: Entry | undefined, min: number, max: number): number | undefined {
    const text = entry && this.file.text(entry.value, `The value of ${entry.key}`, 100);
    if (text === undefined) return undefined;
    if (/^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    return this.file.problem(entry?.at ?? null, `${quoted(text)} is not a whole number from ${min} to ${max}.`);
  }

  /** A safety limit. Null is unlimited. */
  limit(entry: Entry | undefined, min: number, max: number, usual: number | null): number | null {
    if (!entry) return usual;
    if (this.file.text(entry.value, `The value of ${entry.key}`, 100) === 'unlimited') return null;
    return this.number(entry, min, max) ?? usual;
  }

  time(entry: Entry | undefined): string | undefined {
    const text = entry && this.file.text(entry.value, `The value of ${entry.key}`, 100);
    if (text === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
    return this.file.problem(entry?.at ?? null, `${quoted(text)} is not a time such as 02:30.`);
  }

  days(entry: Entry | undefined): number[] {
    if (!entry) return [];
    const days = this.list(entry.value, 'days', 7, (item) => {
      const text = this.file.text(item, 'A day', 20)?.toLowerCase();
      if (text === undefined) return undefined;
      const day = (dayNames as readonly string[]).indexOf(text.slice(0, 3));
      if (day >= 0) return day;
      return this.file.problem(item, `${quoted(text)} is not one of ${dayNames.join(', ')}.`);
    });
    return [...new Set(days)].sort();
  }

  #isAlias(value: Node | null, at: Node | number | null): boolean {
    if (!isAlias(value)) return false;
    this.file.problem(at, 'Aliases (*name) are not supported. Enter the value itself.');
    return true;
  }
}
