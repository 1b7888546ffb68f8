import type { About } from '../contract/settings.ts';
import type { HostTimings } from '../fleet/host-timings.ts';
import type { RequestDeadlines } from '../glance/authenticated-requests.ts';
import type { OperationLimits } from '../operations/model/operation-limits.ts';
import type { SecretKeeper } from '../store/secret-keeper.ts';

/** The options of the services: where and by whom the console runs. */
export type ServicesOptions = {
  dataDirectory: string;
  secrets: SecretKeeper;
  shell: About['shell'];
  version: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  home: string;
  /** The size of the demo cloud, which is opened at the start if this is given. */
  demo?: { hosts?: number; images?: number; seed?: number };
  /** The name by which servers and the journal distinguish this console from others. */
  consoleName?: string;
  /**
   * The secret of a cloud that the service manager provides, by the name of the cloud. It takes precedence over entered
   * ones.
   */
  credential?: (cloudName: string) => string | undefined;
  /** Whether no operator can answer questions of ssh, which are refused then. */
  isUnattended?: boolean;
  /** Keeps metrics for Prometheus, with that number of most requested images. Absent: none. */
  metrics?: { mostRequested: number };
  /** Replacements for the default deadlines, limits and timings. */
  deadlines?: Partial<RequestDeadlines>;
  limits?: Partial<OperationLimits>;
  timings?: Partial<HostTimings>;
};
