import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { resolveTargets } from '../automation/schedules/resolve-targets.ts';
import { type CloudId, type CloudSettings, withoutUrlLogin } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { GoldenId, GoldenSet } from '../contract/golden.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { Schedule, ScheduleId } from '../contract/schedules.ts';
import type { Preferences, SettingsFile, updatePreferences } from '../contract/settings.ts';
import type { WasteFilter } from '../contract/waste.ts';
import { Emitter } from '../lib/emitter.ts';
import type { SavedSettings } from '../store/settings.ts';

const settingsParts = [
  'preferences',
  'clouds',
  'hosts',
  'goldenSets',
  'wasteFilters',
  'schedules',
  'schedulesPaused',
] as const;
/** A part of the settings that can change independently. */
export type SettingsPart = (typeof settingsParts)[number];
type Entries = { clouds: CloudSettings[]; hosts: HostSettings[]; goldenSets: GoldenSet[]; schedules: Schedule[] };

/** The settings of the console: the saved ones, and those of the demo cloud, which are never saved. */
export class SettingsStore {
  readonly #settings: SavedSettings;
  readonly #changes = new Emitter<ReadonlySet<SettingsPart>>();
  #last: Record<SettingsPart, unknown>;
  #unsaved: Entries = { clouds: [], hosts: [], goldenSets: [], schedules: [] };

  constructor(settings: SavedSettings) {
    this.#settings = settings;
    this.#last = this.#parts();
  }

  get preferences(): Preferences {
    return this.#settings.current().preferences;
  }

  get clouds(): CloudSettings[] {
    return [...this.#settings.current().clouds.map(withoutAuthUrlLogin), ...this.#unsaved.clouds];
  }

  get hosts(): HostSettings[] {
    return [...this.#settings.current().hosts, ...this.#unsaved.hosts];
  }

  get goldenSets(): GoldenSet[] {
    return [...this.#settings.current().goldenSets, ...this.#unsaved.goldenSets];
  }

  /** Throws `notFound` when there is no such cloud. */
  cloud(id: CloudId): CloudSettings {
    return this.clouds.find((cloud) => cloud.id === id) ?? missing('cloud');
  }

  /** Calls the listener after every change with the parts that changed. Returns a function that removes it. */
  onChange(listener: (changed: ReadonlySet<SettingsPart>) => void): () => void {
    return this.#changes.on(listener);
  }

  async setPreferences(change: z.infer<typeof updatePreferences>): Promise<Preferences> {
    const stated = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const { preferences } = await this.#save((draft) => ({
      ...draft,
      preferences: { ...draft.preferences, ...stated },
    }));
    return preferences;
  }

  get wasteFilters(): WasteFilter[] {
    return this.#settings.current().wasteFilters;
  }

  /** Changes the saved waste filters. */
  async setWasteFilters(change: (filters: WasteFilter[]) => WasteFilter[]): Promise<void> {
    await this.#save((draft) => ({ ...draft, wasteFilters: change(draft.wasteFilters) }));
  }

  /** The saved schedules, and those that concern only the demo cloud. */
  get schedules(): readonly Schedule[] {
    const saved = this.#settings.current().schedules;
    const { schedules: unsaved } = this.#unsaved;
    return unsaved.length === 0 ? saved : [...saved, ...unsaved];
  }

  /** Whether all schedules are paused. */
  get schedulesPaused(): boolean {
    return this.#settings.current().schedulesPaused;
  }

  async pauseSchedules(paused: boolean): Promise<void> {
    await this.#save((draft) => ({ ...draft, schedulesPaused: paused }));
  }

  /** Adds or replaces schedules and removes others. Those with only hosts of the demo cloud are not saved. */
  async putSchedules(schedules: readonly Schedule[], gone: readonly ScheduleId[] = []): Promise<void> {
    for (const unsaved of [true, false]) {
      const ofHere = schedules.filter((schedule) => this.#concernsOnlyUnsaved(schedule) === unsaved);
      const present = unsaved ? this.#unsaved.schedules : this.#settings.current().schedules;
      const leaving = [...gone, ...schedules.filter((one) => !ofHere.includes(one)).map(({ id }) => id)];
      if (ofHere.length === 0 && !present.some(({ id }) => leaving.includes(id))) continue;
      await this.#apply(unsaved, (entries) => ({
        ...entries,
        schedules: withSchedules(entries.schedules, ofHere, leaving),
      }));
    }
  }

  #concernsOnlyUnsaved({ targets }: Schedule): boolean {
    const { clouds, hosts } = this;
    const chosen = new Set(resolveTargets(targets, hosts, clouds).hostIds);
    const cloudIds = new Set(hosts.flatMap(({ id, cloudId }) => (chosen.has(id) ? [cloudId] : [])));
    return cloudIds.size > 0 && [...cloudIds].every((id) => this.#isUnsaved(id));
  }

  async addCloud(cloud: CloudSettings): Promise<void> {
    await this.#save((draft) => ({ ...draft, clouds: [...draft.clouds, cloud] }));
  }

  /** Adds a cloud with its hosts for this run only. */
  addUnsaved(cloud: CloudSettings, hosts: HostSettings[]): void {
    const { clouds, hosts: others, goldenSets, schedules } = this.#unsaved;
    this.#unsaved = { clouds: [...clouds, cloud], hosts: [...others, ...hosts], goldenSets, schedules };
    this.#announce();
  }

  updateCloud(id: CloudId, change: (cloud: CloudSettings) => CloudSettings): Promise<CloudSettings> {
    return this.#edit(
      this.#isUnsaved(id),
      (entries) => replace(entries.clouds, id, 'cloud', change),
      (entries, clouds) => ({ ...entries, clouds }),
    );
  }

  /** Removes a cloud with its hosts and golden sets. Schedules stay, and report that their hosts were removed. */
  async removeCloud(id: CloudId): Promise<void> {
    this.cloud(id);
    await this.#apply(this.#isUnsaved(id), ({ clouds, hosts, goldenSets, schedules }) => ({
      schedules,
      clouds: clouds.filter((cloud) => cloud.id !== id),
      hosts: hosts.filter((host) => host.cloudId !== id),
      goldenSets: goldenSets.filter((set) => set.cloudId !== id),
    }));
  }

  /** Adds hosts to a cloud. Throws `invalidInput` when one has the address of another host of the cloud. */
  async addHosts(cloudId: CloudId, hosts: HostSettings[]): Promise<void> {
    this.cloud(cloudId);
    await this.#apply(this.#isUnsaved(cloudId), (entries) => {
      if (!entries.clouds.some((cloud) => cloud.id === cloudId)) missing('cloud');
      const all = [...entries.hosts];
      for (const host of hosts) {
        refuseDuplicate(host, all);
        all.push(host);
      }
      return { ...entries, hosts: all };
    });
  }

  updateHost(id: HostId, change: (host: HostSettings) => HostSettings): Promise<HostSettings> {
    const unsaved = this.#unsaved.hosts.some((host) => host.id === id);
    return this.#edit(
      unsaved,
      (entries) => {
        const edited = replace(entries.hosts, id, 'host', change);
        refuseDuplicate(edited.one, edited.all);
        return edited;
      },
      (entries, hosts) => ({ ...entries, hosts }),
    );
  }

  async removeHosts(ids: readonly HostId[]): Promise<void> {
    const gone = new Set(ids);
    const without = (entries: Entries) => ({ ...entries, hosts: entries.hosts.filter((host) => !gone.has(host.id)) });
    if (this.#unsaved.hosts.some((host) => gone.has(host.id))) await this.#apply(true, without);
    if (this.#settings.current().hosts.some((host) => gone.has(host.id))) await this.#apply(false, without);
  }

  /** Adds or replaces golden sets and removes others, all or none of those that are saved. Throws as `withGoldenSets`. */
  async putGoldenSets(sets: readonly GoldenSet[], gone: readonly GoldenId[] = []): Promise<void> {
    for (const { cloudId } of sets) this.cloud(cloudId);
    for (const unsaved of [true, false]) {
      const ofHere = sets.filter((set) => this.#isUnsaved(set.cloudId) === unsaved);
      const present = unsaved ? this.#unsaved.goldenSets : this.#settings.current().goldenSets;
      // A set that moves between a saved cloud and the demo cloud is removed from its former place.
      const leaving = [...gone, ...sets.filter((set) => !ofHere.includes(set)).map(({ id }) => id)];
      if (ofHere.length === 0 && !present.some(({ id }) => leaving.includes(id))) continue;
      await this.#apply(unsaved, (entries) => ({
        ...entries,
        goldenSets: withGoldenSets(entries.goldenSets, ofHere, leaving),
      }));
    }
  }

  #isUnsaved(id: CloudId): boolean {
    return this.#unsaved.clouds.some((cloud) => cloud.id === id);
  }

  /** Changes one entry and returns the new one. */
  async #edit<Entry>(
    unsaved: boolean,
    edit: (entries: Entries) => { all: Entry[]; one: Entry },
    put: (entries: Entries, all: Entry[]) => Entries,
  ): Promise<Entry> {
    const edited: Entry[] = [];
    await this.#apply(unsaved, (entries) => {
      const { all, one } = edit(entries);
      edited[0] = one;
      return put(entries, all);
    });
    return edited[0] ?? missing('entry');
  }

  async #apply(unsaved: boolean, change: (entries: Entries) => Entries): Promise<void> {
    if (unsaved) {
      this.#unsaved = change(this.#unsaved);
      this.#announce();
    } else {
      await this.#save((draft) => ({ ...draft, ...change(draft) }));
    }
  }

  async #save(change: (draft: SettingsFile) => SettingsFile): Promise<SettingsFile> {
    const saved = await this.#settings.update(change);
    this.#announce();
    return saved;
  }

  #parts(): Record<SettingsPart, unknown> {
    const { preferences, clouds, hosts, goldenSets, wasteFilters, schedules, schedulesPaused } = this;
    return { preferences, clouds, hosts, goldenSets, wasteFilters, schedules, schedulesPaused };
  }

  #announce(): void {
    const [last, now] = [this.#last, this.#parts()];
    this.#last = now;
    this.#changes.emit(new Set(settingsParts.filter((part) => !isDeepStrictEqual(last[part], now[part]))));
  }
}

function replace<Entry extends { id: string }>(
  entries: readonly Entry[],
  id: string,
  word: string,
  change: (entry: Entry) => Entry,
): { all: Entry[]; one: Entry } {
  const last = entries.find((entry) => entry.id === id) ?? missing(word);
  const one = change(last);
  return { all: entries.map((entry) => (entry === last ? one : entry)), one };
}

function refuseDuplicate(host: HostSettings, all: readonly HostSettings[]): void {
  const twin = all.find(
    (other) => other.id !== host.id && other.cloudId === host.cloudId && other.address === host.address,
  );
  if (!twin) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `${host.address} is already the address of ${twin.name}.`,
    remedy: 'Each host of a cloud needs its own address. Change that host, or enter another address.',
  });
}

function missing(word: string): never {
  throw new ExpectedFailure({
    code: 'notFound',
    message: `This ${word} no longer exists.`,
    remedy: 'It may have been removed.',
  });
}

/** Replaces schedules in their places, adds others at the end, and removes some. */
function withSchedules(
  present: readonly Schedule[],
  put: readonly Schedule[],
  gone: readonly ScheduleId[],
): Schedule[] {
  const schedules = new Map(present.map((schedule) => [schedule.id, schedule]));
  for (const id of gone) schedules.delete(id);
  for (const schedule of put) schedules.set(schedule.id, schedule);
  return [...schedules.values()];
}

/** Adds or replaces golden sets and removes others. Throws `invalidInput` when two of one cloud would have the same name. */
function withGoldenSets(
  present: readonly GoldenSet[],
  put: readonly GoldenSet[],
  gone: readonly GoldenId[],
): GoldenSet[] {
  const sets = new Map(present.map((set) => [set.id, set]));
  for (const id of gone) sets.delete(id);
  for (const set of put) sets.set(set.id, set);
  const names = new Set<string>();
  for (const { cloudId, name } of sets.values()) {
    const key = `${cloudId} ${name.toLowerCase()}`;
    if (names.has(key)) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `This cloud already has a golden set named “${name}”.`,
        remedy: 'Enter another name, or edit that set.',
      });
    }
    names.add(key);
  }
  return [...sets.values()];
}

/** An older console, or an editor, may have saved an auth URL with a login. It is never shown, and nothing uses it. */
function withoutAuthUrlLogin(cloud: CloudSettings): CloudSettings {
  const { source } = cloud;
  if (source.kind !== 'typed' || source.login.kind === 'none') return cloud;
  const authUrl = withoutUrlLogin(source.login.authUrl);
  return authUrl === source.login.authUrl
    ? cloud
    : { ...cloud, source: { ...source, login: { ...source.login, authUrl } } };
}
