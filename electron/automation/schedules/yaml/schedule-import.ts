import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { CloudId } from '../../../contract/clouds.ts';
import type { HostId } from '../../../contract/hosts.ts';
import { maxSchedules, type Schedule, type ScheduleImport } from '../../../contract/schedules.ts';
import { builtInWasteFilters } from '../../../contract/waste.ts';
import { type FileProblem, quoted } from '../../../lib/yaml-file.ts';
import { requiredName } from '../production-name.ts';
import { resolveTargets } from '../resolve-targets.ts';
import { timingProblem } from '../timing/next-runs.ts';
import {
  readSchedules,
  type WrittenAction,
  type WrittenHost,
  type WrittenName,
  type WrittenSchedule,
} from './read-schedule-yaml.ts';
import { type ScheduleInventory, scheduleToYaml } from './write-schedule-yaml.ts';

/** The changes that a file makes, and the schedules to save. Both are empty while there are problems. */
export type ScheduleImportPlan = Omit<ScheduleImport, 'applied'> & { schedules: Schedule[] };

/** Compares a file of schedules with the present ones. `now` in epoch milliseconds. */
export function planScheduleImport(
  text: string,
  known: ScheduleInventory,
  present: readonly Schedule[],
  now: number,
): ScheduleImportPlan {
  const { schedules: written, problems } = readSchedules(text);
  const plan: ScheduleImportPlan = { changes: [], problems: [...problems], typedName: null, schedules: [] };
  const lines = new Map<string, number | null>();
  for (const one of written) {
    const resolved = new Resolver(known, plan.problems).schedule(one);
    const timing = timingProblem(one, now);
    if (timing) plan.problems.push({ line: one.line, text: `${quoted(one.name)}: ${timing.text}` });
    const key = one.name.toLowerCase();
    const twin = lines.get(key);
    if (twin !== undefined) {
      plan.problems.push({ line: one.line, text: `${quoted(one.name)} is a duplicate of line ${twin ?? '?'}.` });
    }
    lines.set(key, one.line);
    if (!resolved || timing || twin !== undefined) continue;
    const last = present.find(({ name }) => name.toLowerCase() === key);
    const schedule = { id: last?.id ?? randomUUID(), ...resolved };
    const differences = last ? describeChanges(last, schedule, known) : [];
    const change = !last ? 'add' : differences.length > 0 ? 'change' : 'same';
    plan.changes.push({ name: schedule.name, change, differences: differences.slice(0, 30) });
    if (change !== 'same') plan.schedules.push(schedule);
  }
  const added = plan.changes.filter(({ change }) => change === 'add').length;
  if (present.length + added > maxSchedules) {
    plan.problems.push({ line: null, text: `The console would have more than ${maxSchedules} schedules.` });
  }
  plan.problems = plan.problems.slice(0, 100);
  if (plan.problems.length > 0) plan.schedules = [];
  return { ...plan, typedName: importName(plan.schedules, known) };
}

/** The name to type: that of the only production cloud or schedule concerned, otherwise of the first cloud. */
function importName(schedules: readonly Schedule[], { hosts, clouds }: ScheduleInventory): string | null {
  const names = schedules.map((one) =>
    requiredName(one, resolveTargets(one.targets, hosts, clouds).hostIds, hosts, clouds),
  );
  return names.find((name) => name !== null) ?? null;
}

/** Finds the objects of the console that a file names. */
class Resolver {
  readonly #known: ScheduleInventory;
  readonly #problems: FileProblem[];

  constructor(known: ScheduleInventory, problems: FileProblem[]) {
    this.#known = known;
    this.#problems = problems;
  }

  schedule({ line: _, action, targets, only, ...rest }: WrittenSchedule): Omit<Schedule, 'id'> | undefined {
    const before = this.#problems.length;
    const found = {
      ...rest,
      action: this.#action(action),
      targets: { hosts: this.#targets(targets), onlyHostIds: only && this.#hosts(only) },
    };
    if (!found.action || this.#problems.length > before) return undefined;
    return { ...found, action: found.action };
  }

  #action(action: WrittenAction): Schedule['action'] | undefined {
    if (action.kind === 'waste') {
      const filters = [...builtInWasteFilters, ...this.#known.wasteFilters];
      const found = filters.find(({ name }) => name.toLowerCase() === action.filter.text.toLowerCase());
      if (!found) return this.#problem(action.filter, `no saved waste filter has this name`);
      return { kind: 'waste', filterId: found.id };
    }
    if (action.kind !== 'golden') return action;
    const cloudId = action.cloud && this.#cloud(action.cloud);
    const sets = this.#known.goldenSets.filter(
      ({ name, cloudId: of }) =>
        name.toLowerCase() === action.set.text.toLowerCase() && (cloudId === undefined || of === cloudId),
    );
    const [set, other] = sets;
    if (!set) return this.#problem(action.set, 'no golden set has this name');
    if (other) return this.#problem(action.set, 'several golden sets have this name; name the cloud');
    return { kind: 'golden', goldenId: set.id, deleteExtra: action.deleteExtra };
  }

  #targets(targets: WrittenSchedule['targets']): Schedule['targets']['hosts'] {
    switch (targets.kind) {
      case 'all':
        return targets;
      case 'labels':
        return { kind: 'labels', labels: [...new Set(targets.labels)] };
      case 'named':
        return { kind: 'named', hostIds: this.#hosts(targets.hosts) };
      case 'clouds':
        return { kind: 'clouds', cloudIds: [...new Set(targets.clouds.flatMap((one) => this.#cloud(one) ?? []))] };
      case 'regions':
        return {
          kind: 'regions',
          regions: targets.regions.flatMap(({ cloud, region }) => {
            const cloudId = this.#cloud(cloud);
            return cloudId === undefined ? [] : [{ cloudId, region }];
          }),
        };
    }
  }

  #hosts(hosts: readonly WrittenHost[]): HostId[] {
    return [...new Set(hosts.flatMap((one) => this.#host(one) ?? []))];
  }

  #host({ cloud, host }: WrittenHost): HostId | undefined {
    const cloudId = cloud && this.#cloud(cloud);
    if (cloud && cloudId === undefined) return undefined;
    const all = this.#known.hosts.filter((one) => cloudId === undefined || one.cloudId === cloudId);
    const named = all.filter(({ name }) => name === host.text);
    const [found, other] = named.length > 0 ? named : all.filter(({ address }) => address === host.text);
    if (!found) return this.#problem(host, 'no host has this name');
    if (other) return this.#problem(host, 'several hosts have this name; name the cloud, or use the address');
    return found.id;
  }

  #cloud(name: WrittenName): CloudId | undefined {
    const [found, other] = this.#known.clouds.filter((one) => one.name === name.text);
    if (!found) return this.#problem(name, 'no cloud in the console has this name');
    if (other) return this.#problem(name, 'several clouds have this name');
    return found.id;
  }

  #problem({ text, line }: WrittenName, why: string): undefined {
    this.#problems.push({ line, text: `${quoted(text)}: ${why}.` });
  }
}

/** Describes how a schedule changes, one phrase per key of the file. Empty if both are equivalent. */
function describeChanges(last: Schedule, next: Schedule, known: ScheduleInventory): string[] {
  const [before, after] = [scheduleToYaml(last, known), scheduleToYaml(next, known)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const phrases = changed.map((key) => `${key}: ${valueText(before[key])} → ${valueText(after[key])}`.slice(0, 500));
  // Something that was removed from the console has no name in the file.
  const isOther = phrases.length === 0 && !isDeepStrictEqual(normal(last), normal(next));
  return isOther ? ['targets or action: removed from the console → named in the file'] : phrases;
}

function normal({ id: _, ...schedule }: Schedule): unknown {
  const { hosts, onlyHostIds } = schedule.targets;
  const sorted = hosts.kind === 'named' ? { ...hosts, hostIds: [...hosts.hostIds].sort() } : hosts;
  return { ...schedule, targets: { hosts: sorted, onlyHostIds: onlyHostIds && [...onlyHostIds].sort() } };
}

function valueText(value: unknown): string {
  if (value === undefined) return 'default';
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
