import type { Moment, ProxyRule } from './delaying-proxy.ts';
import type { FaultCloudSpec, ImageSpec } from './fault-hosts.ts';

/** A request to the process of the hosts. */
export type HostsCall =
  | { name: 'open'; cloud: string; spec: FaultCloudSpec }
  | { name: 'rules'; cloud: string; rules: readonly ProxyRule[] }
  | { name: 'boot'; cloud: string; hostName: string; images: readonly ImageSpec[] }
  | { name: 'quiet'; cloud: string }
  | { name: 'truth'; cloud: string }
  | { name: 'close'; cloud: string };

/** A message from the process of the hosts. */
export type HostsMessage =
  | { kind: 'answer'; id: number; result: unknown }
  | { kind: 'failure'; id: number; text: string }
  | ({ kind: 'moment'; cloud: string } & Moment);
