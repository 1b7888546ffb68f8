import { Counter, Gauge, type Metric, Registry, type RegistryContentType } from 'prom-client';

/** The labels of a host. The region is empty unless one is stated for the host. */
const ofHost = ['cloud', 'region', 'host'] as const;
const ofGoldenSet = [...ofHost, 'golden_set'] as const;
const ofImage = ['cloud', 'image_id', 'image_name'] as const;

/**
 * Every metric except the histogram of poll durations, by name: its kind, labels and description. The names follow
 * Prometheus's conventions: base units, and `_total` for what only grows while the console runs.
 */
const definitions = {
  glance_cache_size_bytes: {
    type: 'gauge',
    labels: ofHost,
    help: 'Size of the cached images of a host, without images of unknown size.',
  },
  glance_cache_unsized_images: {
    type: 'gauge',
    labels: ofHost,
    help: 'Cached images of a host whose size is unknown.',
  },
  glance_cache_limit_bytes: {
    type: 'gauge',
    labels: ofHost,
    help: 'image_cache_max_size of a host as set in the console. Absent if no limit is set.',
  },
  glance_cache_images: { type: 'gauge', labels: ofHost, help: 'Cached images of a host.' },
  glance_cache_hits: {
    type: 'gauge',
    labels: ofHost,
    help: 'Sum of the hits of the images that a host has cached now. It falls when images leave the cache.',
  },
  glance_cache_queued_images: { type: 'gauge', labels: ofHost, help: 'Images that wait to be cached on a host.' },
  glance_cache_stalled_images: {
    type: 'gauge',
    labels: ofHost,
    help: 'Queued images of a host that should have been cached by now.',
  },
  glance_cache_orphan_images: {
    type: 'gauge',
    labels: ofHost,
    help: 'Cached images of a host that its image service no longer has.',
  },
  glance_cache_orphan_bytes: {
    type: 'gauge',
    labels: ofHost,
    help: 'Size of the orphans of a host, without those of unknown size.',
  },
  glance_cache_golden_missing_images: {
    type: 'gauge',
    labels: ofGoldenSet,
    help: 'Images of a golden set that a host neither has cached nor queued.',
  },
  glance_cache_golden_queued_images: {
    type: 'gauge',
    labels: ofGoldenSet,
    help: 'Images of a golden set that a host has queued.',
  },
  glance_cache_golden_extra_images: {
    type: 'gauge',
    labels: ofGoldenSet,
    help: 'Cached images of a host that are in no golden set. Always 0 unless the set is exact.',
  },
  glance_cache_image_hits: {
    type: 'gauge',
    labels: ofImage,
    help: 'Sum of the hits of an image over the hosts that have it cached now. Only golden and the most requested images.',
  },
  glance_cache_image_hosts: {
    type: 'gauge',
    labels: ofImage,
    help: 'Hosts that have an image cached. Only golden and the most requested images.',
  },
  glance_cache_golden_images_omitted: {
    type: 'gauge',
    labels: ['cloud'],
    help: 'Golden images without metrics of their own, because there are too many.',
  },
  glance_cache_host_reachable: {
    type: 'gauge',
    labels: ofHost,
    help: 'Whether a host answered the last poll: 1 or 0. Absent before its first poll.',
  },
  glance_cache_snapshot_timestamp_seconds: {
    type: 'gauge',
    labels: ofHost,
    help: 'When the list was read that the metrics of a host come from, in seconds since the epoch.',
  },
  glance_console_last_poll_duration_seconds: {
    type: 'gauge',
    labels: ofHost,
    help: 'Duration of the last poll of a host.',
  },
  glance_console_polls_total: { type: 'counter', labels: ofHost, help: 'Polls of a host since the console started.' },
  glance_console_poll_failures_total: {
    type: 'counter',
    labels: ofHost,
    help: 'Failed polls of a host since the console started.',
  },
  glance_console_operations_total: {
    type: 'counter',
    labels: ['action', 'outcome'],
    help: 'Operations that ended since the console started, by action and outcome: succeeded, failed, cancelled or interrupted.',
  },
  glance_console_schedule_runs_total: {
    type: 'counter',
    labels: ['schedule', 'outcome'],
    help: 'Runs of a schedule since the console started, by outcome.',
  },
  glance_console_schedule_waiting: {
    type: 'gauge',
    labels: ['schedule'],
    help: 'Whether a run of a schedule waits for approval: 1 or 0.',
  },
  glance_console_schedule_paused_hosts: {
    type: 'gauge',
    labels: ['schedule'],
    help: 'Hosts for which a schedule is paused, since its runs failed there three times in a row.',
  },
  glance_console_cloud_login_ok: {
    type: 'gauge',
    labels: ['cloud'],
    help: 'Whether the last login to a cloud worked: 1 or 0. Absent before the first one.',
  },
  glance_console_certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    labels: ['cloud', 'server'],
    help: 'When the certificate of a server expires that the console has connected to, in seconds since the epoch.',
  },
  glance_console_application_credential_expiry_timestamp_seconds: {
    type: 'gauge',
    labels: ['cloud'],
    help: 'When the application credential of a cloud expires, in seconds since the epoch. Absent if it does not.',
  },
  glance_console_storage_writable: {
    type: 'gauge',
    labels: [],
    help: 'Whether the console can write to its data directory: 1 or 0.',
  },
  glance_console_build_info: {
    type: 'gauge',
    labels: ['version', 'name'],
    help: 'Always 1. The labels have the version and the name of the console.',
  },
} as const satisfies Record<string, { type: 'gauge' | 'counter'; labels: readonly string[]; help: string }>;

type Definitions = typeof definitions;
type MetricName = keyof Definitions;
type Labels<Name extends MetricName> = Record<Definitions[Name]['labels'][number], string>;

/** The values of all metrics at one moment. Each scrape makes its own, so nothing of a removed host is left in it. */
export class MetricValues {
  readonly #registry = new Registry<RegistryContentType>();
  readonly #metrics = new Map<string, Gauge | Counter>();

  /** `others` are metrics that keep their values between scrapes. */
  constructor(contentType: RegistryContentType, others: readonly Metric[]) {
    this.#registry.setContentType(contentType);
    const registers = [this.#registry];
    for (const [name, { type, labels, help }] of Object.entries(definitions)) {
      const configuration = { name, help, labelNames: labels, registers };
      this.#metrics.set(name, type === 'gauge' ? new Gauge(configuration) : new Counter(configuration));
    }
    for (const other of others) this.#registry.registerMetric(other);
  }

  /** Adds a value. Two values of a metric must not have the same labels. */
  add<Name extends MetricName>(name: Name, labels: Labels<Name>, value: number): void {
    const metric = this.#metrics.get(name);
    if (metric instanceof Gauge) metric.set(labels, value);
    else metric?.inc(labels, value);
  }

  /** The values as text in the format of the content type. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
