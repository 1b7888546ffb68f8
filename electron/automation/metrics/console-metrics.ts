import { Registry } from 'prom-client';
import type { Cloud } from '../../contract/clouds.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { Schedule } from '../../contract/schedules.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Expiry } from '../alerts/alert-conditions.ts';
import type { Schedules } from '../schedules/schedules.ts';
import { MetricValues } from './metric-definitions.ts';
import { MetricIndex, type MetricIndexOptions } from './metric-index.ts';
import { OperationOutcomes } from './operation-outcomes.ts';
import { PollStatistics } from './poll-statistics.ts';
import { ScheduleOutcomes } from './schedule-outcomes.ts';

/** Characters of a label that come from a server. */
const maxLabel = 200;

export type ConsoleMetricsOptions = MetricIndexOptions & {
  fleet: MetricIndexOptions['fleet'] & Pick<Fleet, 'onPoll'>;
  operations: Pick<Operations, 'onChange' | 'onRemove'>;
  clouds: () => Pick<Cloud, 'id' | 'name' | 'identity' | 'failure'>[];
  /** Whether the data directory can be written. */
  /** Certificates and application credentials that expire. */
  expiries: () => readonly Expiry[];
  isWritable: () => boolean;
  schedules: Pick<Schedules, 'onRunEnd' | 'isWaiting' | 'pausedHosts'>;
  allSchedules: () => readonly Pick<Schedule, 'id' | 'name'>[];
  version: string;
  consoleName: string;
};

/** A scrape: the text of all metrics and its content type. */
export type Exposition = { contentType: string; text: string };

/**
 * The console's metrics for Prometheus. A scrape reads the totals that the fleet keeps of each host and the index, so its
 * cost grows with the number of hosts and not with that of their images.
 */
export class ConsoleMetrics {
  readonly #options: ConsoleMetricsOptions;
  readonly #polls: PollStatistics;
  readonly #outcomes: OperationOutcomes;
  readonly #runs: ScheduleOutcomes;
  readonly index: MetricIndex;

  constructor(options: ConsoleMetricsOptions) {
    this.#options = options;
    this.#polls = new PollStatistics(options.fleet);
    this.#outcomes = new OperationOutcomes(options.operations);
    this.#runs = new ScheduleOutcomes(options.schedules);
    this.index = new MetricIndex(options);
  }

  /** All metrics, as OpenMetrics if the scraper accepts it, otherwise in Prometheus's text format. */
  async scrape(accept: string): Promise<Exposition> {
    const contentType = accept.includes('application/openmetrics-text')
      ? Registry.OPENMETRICS_CONTENT_TYPE
      : Registry.PROMETHEUS_CONTENT_TYPE;
    const values = new MetricValues(contentType, [this.#polls.durations]);
    const names = this.#labels();
    for (const host of this.#options.fleet.summaries()) this.#addHost(values, names.host(host), host);
    this.#addIndex(values, names);
    this.#addConsole(values, names);
    return { contentType, text: await values.text() };
  }

  stop(): void {
    this.index.stop();
    this.#polls.stop();
    this.#outcomes.stop();
    this.#runs.stop();
  }

  #addHost(values: MetricValues, labels: HostLabels, host: HostSummary): void {
    const { totals, limitBytes, refreshedAt, state, id } = host;
    if (totals) {
      values.add('glance_cache_size_bytes', labels, totals.sizeBytes);
      values.add('glance_cache_unsized_images', labels, totals.unsized);
      values.add('glance_cache_images', labels, totals.cachedImages);
      values.add('glance_cache_hits', labels, totals.hits);
      values.add('glance_cache_queued_images', labels, totals.queued);
      values.add('glance_cache_stalled_images', labels, totals.stalled);
      values.add('glance_cache_orphan_images', labels, totals.orphans);
      values.add('glance_cache_orphan_bytes', labels, totals.orphanBytes);
    }
    if (limitBytes !== null) values.add('glance_cache_limit_bytes', labels, limitBytes);
    if (refreshedAt !== null) values.add('glance_cache_snapshot_timestamp_seconds', labels, refreshedAt / 1_000);
    if (state !== 'waiting') values.add('glance_cache_host_reachable', labels, state === 'reachable' ? 1 : 0);
    const polls = this.#polls.of(id);
    if (!polls) return;
    values.add('glance_console_last_poll_duration_seconds', labels, polls.lastSeconds);
    values.add('glance_console_polls_total', labels, polls.polls);
    values.add('glance_console_poll_failures_total', labels, polls.failures);
  }

  #addIndex(values: MetricValues, names: LabelNames): void {
    const { images, omitted, drift } = this.index.current;
    for (const { cloudId, imageId, name, hits, hosts } of images) {
      const labels = { cloud: names.cloud(cloudId), image_id: imageId, image_name: (name ?? '').slice(0, maxLabel) };
      values.add('glance_cache_image_hits', labels, hits);
      values.add('glance_cache_image_hosts', labels, hosts);
    }
    for (const one of omitted) {
      values.add('glance_cache_golden_images_omitted', { cloud: names.cloud(one.cloudId) }, one.images);
    }
    const hosts = new Map(this.#options.fleet.summaries().map((host) => [host.id, host]));
    const setNames = new Map(this.#options.goldenSets().map(({ id, name }) => [id, name]));
    for (const set of drift) {
      const golden_set = setNames.get(set.id);
      if (golden_set === undefined) continue;
      for (const { hostId, state, missing, queued, extra } of set.hosts) {
        const host = hosts.get(hostId);
        if (!host || state === 'unknown') continue;
        const labels = { ...names.host(host), golden_set };
        values.add('glance_cache_golden_missing_images', labels, missing.images);
        values.add('glance_cache_golden_queued_images', labels, queued.images);
        values.add('glance_cache_golden_extra_images', labels, extra.images);
      }
    }
  }

  #addConsole(values: MetricValues, names: LabelNames): void {
    const { version, consoleName, clouds, isWritable, schedules, allSchedules } = this.#options;
    const all = allSchedules();
    for (const { action, outcome, count } of this.#outcomes.list()) {
      values.add('glance_console_operations_total', { action, outcome }, count);
    }
    for (const { schedule, outcome, count } of this.#runs.list(all.map(({ name }) => name))) {
      values.add('glance_console_schedule_runs_total', { schedule, outcome }, count);
    }
    for (const { id, name } of all) {
      values.add('glance_console_schedule_waiting', { schedule: name }, schedules.isWaiting(id) ? 1 : 0);
      values.add('glance_console_schedule_paused_hosts', { schedule: name }, schedules.pausedHosts(id).length);
    }
    for (const { id, identity, failure } of clouds()) {
      if (!identity && !failure) continue;
      values.add('glance_console_cloud_login_ok', { cloud: names.cloud(id) }, failure ? 0 : 1);
    }
    for (const { what, cloudId, name, expiresAt } of this.#options.expiries()) {
      const cloud = names.cloud(cloudId);
      const seconds = expiresAt / 1_000;
      if (what === 'certificate') {
        values.add('glance_console_certificate_expiry_timestamp_seconds', { cloud, server: name }, seconds);
      } else values.add('glance_console_application_credential_expiry_timestamp_seconds', { cloud }, seconds);
    }
    values.add('glance_console_storage_writable', {}, isWritable() ? 1 : 0);
    values.add('glance_console_build_info', { version, name: consoleName }, 1);
  }

  /** The names of clouds and hosts as labels. Names that stand twice get the id or the address, so that all differ. */
  #labels(): LabelNames {
    const clouds = this.#options.clouds();
    const hosts = this.#options.fleet.summaries();
    const cloudNames = countNames(clouds.map(({ name }) => name));
    const hostNames = countNames(hosts.map(({ cloudId, name }) => `${cloudId} ${name}`));
    const byId = new Map(
      clouds.map(({ id, name }) => [id, cloudNames.get(name) === 1 ? name : `${name} (${id.slice(0, 8)})`]),
    );
    const cloud = (id: string) => byId.get(id) ?? id;
    const host = ({ cloudId, region, name, address }: HostSummary) => ({
      cloud: cloud(cloudId),
      region: region ?? '',
      host: hostNames.get(`${cloudId} ${name}`) === 1 ? name : `${name} (${address})`,
    });
    return { cloud, host };
  }
}

type HostLabels = { cloud: string; region: string; host: string };
type LabelNames = { cloud: (cloudId: string) => string; host: (host: HostSummary) => HostLabels };

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
