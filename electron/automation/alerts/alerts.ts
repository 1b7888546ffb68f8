import { type Alert, type AlertId, type AlertRules, maxAlerts, needsAttention } from '../../contract/alerts.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Forecast } from '../../contract/trends.ts';
import type { Clock } from '../../lib/clock.ts';
import { Emitter } from '../../lib/emitter.ts';
import { type AlertCondition, type AlertInputs, type Expiry, findConditions } from './alert-conditions.ts';
import type { AlertRecord, AlertStore } from './alert-store.ts';

/** Milliseconds between two evaluations, and from a change of the fleet to the next one. */
const interval = 30_000;
const afterChange = 2_000;
/** Milliseconds for which forecasts, and the drift of golden sets, are used again: they cost more than the rest. */
const forecastsFor = 300_000;
const driftFor = 60_000;

export type AlertsOptions = {
  /** Read again at each evaluation. */
  settings: { readonly preferences: { readonly alerts: AlertRules }; readonly schedulesPaused: boolean };
  hosts: () => readonly HostSummary[];
  /** Undefined for a host without a trend. */
  forecast: (hostId: HostId) => Forecast | undefined;
  drift: () => Promise<AlertInputs['sets']>;
  expiries: () => readonly Expiry[];
  schedules: () => AlertInputs['schedules'];
  hostJobs: () => AlertInputs['hostJobs'];
  store: AlertStore;
  clock: Clock;
  /** Gets the error of an evaluation. */
  fault: (error: unknown) => void;
};

/**
 * The alerts of the whole fleet: evaluates the rules every half minute and shortly after a change, and remembers since
 * when each alert fires and which alerts the operator acknowledged or muted.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #changes = new Emitter();
  readonly #fired = new Emitter<readonly Alert[]>();
  /** When each condition that does not fire yet was first seen. */
  readonly #pending = new Map<AlertId, number>();
  readonly #forecasts = new Map<HostId, { at: number; forecast: Forecast | undefined }>();
  #drift: { at: number; sets: AlertInputs['sets'] } = { at: Number.NEGATIVE_INFINITY, sets: [] };
  #alerts: readonly Alert[] = [];
  #cancelTimer: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #evaluating = false;
  #stopped = false;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#evaluateIn(afterChange);
  }

  /** The firing alerts: those that need attention first, of these the critical ones, then the latest. */
  list(): readonly Alert[] {
    return this.#alerts;
  }

  /** Calls a listener when alerts fire, clear, or are acknowledged or muted. */
  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  /** Calls a listener with alerts that begin to fire and are not muted. */
  onFire(listener: (alerts: readonly Alert[]) => void): () => void {
    return this.#fired.on(listener);
  }

  /** Evaluates soon: the fleet, the rules or a schedule has changed. */
  changed(): void {
    this.#evaluateIn(afterChange);
  }

  /** Takes alerts out of the count until they clear. */
  acknowledge(ids: readonly AlertId[]): void {
    const now = this.#options.clock.now();
    this.#edit(ids, () => ({ acknowledgedAt: now }));
  }

  /** Mutes alerts until a time in epoch milliseconds, or unmutes them. */
  mute(ids: readonly AlertId[], until: number | null): void {
    this.#edit(ids, () => ({ mutedUntil: until }));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Evaluates the rules now. */
  async evaluate(): Promise<void> {
    const { clock, settings, ...sources } = this.#options;
    const sets = await this.#currentDrift();
    const now = clock.now();
    const [rules, hosts] = [settings.preferences.alerts, sources.hosts()];
    const conditions = findConditions({
      rules,
      now,
      hosts,
      sets,
      forecasts: this.#currentForecasts(hosts, rules),
      expiries: sources.expiries(),
      schedules: sources.schedules(),
      schedulesPaused: settings.schedulesPaused,
      hostJobs: sources.hostJobs(),
    });
    this.#settle(conditions.slice(0, maxAlerts), now);
  }

  #evaluateIn(milliseconds: number): void {
    const at = this.#options.clock.now() + milliseconds;
    if (this.#stopped || at >= this.#dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = at;
    this.#cancelTimer = this.#options.clock.after(milliseconds, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#evaluating) return this.#evaluateIn(afterChange);
    this.#evaluating = true;
    try {
      await this.evaluate();
    } catch (error) {
      if (!this.#stopped) this.#options.fault(error);
    } finally {
      this.#evaluating = false;
      this.#evaluateIn(interval);
    }
  }

  /** Makes alerts of the conditions that have lasted long enough, and ends those whose condition is over. */
  #settle(conditions: readonly AlertCondition[], now: number): void {
    if (this.#stopped) return;
    const { store } = this.#options;
    const changes = new Map<AlertId, AlertRecord | undefined>();
    const firing: Alert[] = [];
    const holding = new Set(conditions.map(({ id }) => id));
    for (const id of this.#pending.keys()) if (!holding.has(id)) this.#pending.delete(id);
    for (const condition of conditions) {
      const record = store.get(condition.id);
      const since = record?.since ?? condition.since ?? this.#pending.get(condition.id) ?? now;
      const isFiring = typeof record?.since === 'number';
      if (!isFiring && now - since < condition.holdMs) {
        this.#pending.set(condition.id, since);
        continue;
      }
      this.#pending.delete(condition.id);
      const current = {
        since,
        acknowledgedAt: isFiring ? record.acknowledgedAt : null,
        mutedUntil: record?.mutedUntil ?? null,
      };
      if (!isFiring) changes.set(condition.id, current);
      firing.push(alertOf(condition, current));
    }
    const ids = new Set(firing.map(({ id }) => id));
    for (const id of store.ids()) {
      if (ids.has(id)) continue;
      const record = store.get(id);
      // A muted alert stays muted when it fires again.
      const isMuted = (record?.mutedUntil ?? 0) > now;
      if (!isMuted) changes.set(id, undefined);
      else if (record && record.since !== null) changes.set(id, { ...record, since: null, acknowledgedAt: null });
    }
    store.set(changes);
    const known = new Set(this.#alerts.map(({ id }) => id));
    const fired = firing.filter((one) => !known.has(one.id) && changes.has(one.id) && needsAttention(one, now));
    this.#replace(firing, now);
    if (fired.length > 0) this.#fired.emit(fired);
  }

  #edit(ids: readonly AlertId[], change: () => Partial<Pick<Alert, 'acknowledgedAt' | 'mutedUntil'>>): void {
    const { store, clock } = this.#options;
    const edited = this.#alerts.map((one) => (ids.includes(one.id) ? { ...one, ...change() } : one));
    store.set(
      new Map(
        edited
          .filter((one) => ids.includes(one.id))
          .map(({ id, since, acknowledgedAt, mutedUntil }) => [id, { since, acknowledgedAt, mutedUntil }]),
      ),
    );
    this.#replace(edited, clock.now());
  }

  #replace(alerts: readonly Alert[], now: number): void {
    const before = JSON.stringify(this.#alerts);
    this.#alerts = alerts.toSorted(
      (a, b) =>
        Number(needsAttention(b, now)) - Number(needsAttention(a, now)) ||
        Number(b.severity === 'critical') - Number(a.severity === 'critical') ||
        b.since - a.since,
    );
    if (JSON.stringify(this.#alerts) !== before) this.#changes.emit();
  }

  #currentForecasts(hosts: readonly HostSummary[], rules: AlertRules): ReadonlyMap<HostId, Forecast> {
    const now = this.#options.clock.now();
    const current = new Map<HostId, Forecast>();
    if (!rules.timeToLimit.enabled) return current;
    for (const { id } of hosts) {
      let known = this.#forecasts.get(id);
      if (!known || now - known.at >= forecastsFor) {
        known = { at: now, forecast: this.#options.forecast(id) };
        this.#forecasts.set(id, known);
      }
      if (known.forecast) current.set(id, known.forecast);
    }
    for (const id of this.#forecasts.keys()) if (!hosts.some((host) => host.id === id)) this.#forecasts.delete(id);
    return current;
  }

  async #currentDrift(): Promise<AlertInputs['sets']> {
    const now = this.#options.clock.now();
    if (this.#options.settings.preferences.alerts.goldenDrift.enabled && now - this.#drift.at >= driftFor) {
      this.#drift = { at: now, sets: await this.#options.drift() };
    }
    return this.#drift.sets;
  }
}

function alertOf(
  { id, rule, severity, title, text, hostId, cloudId, subjectId }: AlertCondition,
  { since, acknowledgedAt, mutedUntil }: Pick<Alert, 'since' | 'acknowledgedAt' | 'mutedUntil'>,
): Alert {
  return { id, rule, severity, title, text, hostId, cloudId, subjectId, since, acknowledgedAt, mutedUntil };
}
