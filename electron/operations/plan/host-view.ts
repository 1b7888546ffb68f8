import { type Failure, hostTrouble } from '../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { AbilityName, Capabilities, HostId, MaintenanceMethod, MethodName } from '../../contract/hosts.ts';
import type {
  CachedImage,
  Catalogue,
  CatalogueImage,
  ImageId,
  ImageServiceId,
  QueuedImage,
} from '../../contract/images.ts';
import type { Action, Operation, PlannedTarget } from '../../contract/operations.ts';
import { maintenanceOf } from '../../fleet/maintenance-methods.ts';
import type { PruneLock } from '../../fleet/prune-locks.ts';
import type { CloudFlags } from '../model/cloud-guard.ts';
import { isListReadable } from '../model/image-index.ts';
import type { DiskView, PrefetcherView } from '../model/operated-host.ts';
import type { OpenOperation } from '../model/operation-conflicts.ts';

/** A host as last seen, and the console's own activity there: the basis of a plan. */
export type HostView = {
  summary: HostSummary;
  images: HostImages;
  cached: ReadonlyMap<ImageId, CachedImage>;
  queued: ReadonlyMap<ImageId, QueuedImage>;
  capabilities: Capabilities | null;
  /** The reason why the host cannot receive a request now. */
  failure: Failure | null;
  /** The open targets of running operations here when the host was about to be asked. */
  others: readonly OpenOperation[];
  /** Images recently removed from the queue here, and until when their fetch may still run (epoch milliseconds). */
  dequeued: ReadonlyMap<ImageId, number>;
  /** The last native prune, and the one that may still be running, which excludes another one. */
  prune: PruneLock | undefined;
  runningPrune: PruneLock | undefined;
  /** Whether access over ssh is configured for the host. */
  overSsh: boolean;
  /** The operator's flags of its cloud. */
  cloud: CloudFlags | undefined;
  /** The failure to report when its cloud is read-only. */
  closed: Failure | undefined;
};

export type CatalogueView = {
  images: ReadonlyMap<ImageId, CatalogueImage>;
  /** Whether the catalogue was ever read. Otherwise the absence of an image means nothing. */
  read: boolean;
  failure: Failure | null;
};

/** Everything that a plan is based on. Making the plan sends no requests. */
export type PlanInputs = {
  host(hostId: HostId): HostView | undefined;
  catalogue(serviceId: ImageServiceId): CatalogueView;
  /** The cache directory of a host, if it was read over ssh. */
  disk(hostId: HostId): DiskView | undefined;
  /** Whether the prefetcher of a host works, if that was checked over ssh. */
  prefetcher(hostId: HostId): PrefetcherView | undefined;
  /** The interrupted operations. */
  interrupted: readonly Operation[];
  /** Epoch milliseconds. */
  now: number;
  /** On a production cloud, an action on more images than this requires a typed name. */
  confirmAbove: number;
};

/** What a plan says about one target. The fields that only some actions have may be left out. */
export type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated'> &
  Partial<Pick<PlannedTarget, 'method' | 'preview' | 'cleans' | 'operationId'>>;

export function refused(reason: string): Verdict {
  return { verdict: 'refused', reason: clip(reason), expected: null, estimated: false };
}

export function alreadyDone(reason: string): Verdict {
  return { verdict: 'alreadyDone', reason, expected: { images: 0, bytes: 0 }, estimated: false };
}

export function catalogueView(catalogue: Catalogue | undefined): CatalogueView {
  return {
    images: new Map(catalogue?.images.map((image) => [image.id, image])),
    read: (catalogue?.readAt ?? null) !== null,
    failure: catalogue?.failure ?? null,
  };
}

/** Whether the absence of an image from the catalogue proves that Glance does not have it. */
export function isCatalogueCurrent({ read, failure }: CatalogueView): boolean {
  return read && !failure;
}

export function holdsImage({ cached, queued }: Pick<HostView, 'cached' | 'queued'>, imageId: ImageId): boolean {
  return cached.has(imageId) || queued.has(imageId);
}

/** Whether the content of the host's cache was ever read. */
export function isContentKnown({ images, summary }: Pick<HostView, 'images' | 'summary'>): boolean {
  return images.takenAt !== null && isListReadable(summary);
}

/** Why the host cannot do an action now; undefined if it can. */
export function abilityRefusal(view: HostView, ability: AbilityName): string | undefined {
  const why = unavailableReason(view);
  if (why !== undefined || !view.capabilities) return why;
  const found = view.capabilities.abilities[ability];
  return found.can ? undefined : clip(`${found.reason} ${found.remedy}`);
}

/** The reason why nothing can be sent to the host now; undefined if something can. */
export function unavailableReason({ failure, capabilities, closed }: HostView): string | undefined {
  if (closed) return clip(`${closed.message} ${closed.remedy}`);
  if (failure) return clip(`The host ${hostTrouble(failure)}: ${failure.message} ${failure.remedy}`);
  if (!capabilities) return 'The host has not responded yet, so its supported actions are unknown.';
  return undefined;
}

/** Shortens a text to the length that the contract allows for a reason. */
export function clip(text: string, maxLength = 1_000): string {
  const trimmed = text.trim();
  return trimmed.length <= maxLength ? trimmed : `${trimmed.slice(0, maxLength - 1)}…`;
}

/** The method that the operator chose for a host; undefined leaves the choice to the console. */
export function chosenMethod(
  action: Extract<Action, { kind: 'prune' | 'clean' | 'prefetch' }>,
  hostId: HostId,
): MethodName | undefined {
  return action.methods?.[hostId] ?? action.method;
}

/** The method to use: the chosen one, otherwise the first usable one. `why` tells the reasons if there is none. */
export function selectMethod(
  methods: readonly MaintenanceMethod[],
  chosen: MethodName | undefined,
): { method: MethodName } | { why: string } {
  const candidates = chosen === undefined ? methods : methods.filter(({ method }) => method === chosen);
  const usable = candidates.find((candidate) => candidate.usable);
  if (usable) return { method: usable.method };
  const why = candidates.flatMap((each) => (each.usable ? [] : [`${each.reason} ${each.remedy}`]));
  return { why: why.join(' ') || 'This method is not available. Choose another.' };
}

/** The method by which a host is pruned or cleaned, or why it cannot be. */
export function chooseMethod(view: HostView, what: 'prune' | 'clean', chosen: MethodName | undefined) {
  const why = unavailableReason(view);
  if (why) return { why };
  return selectMethod(maintenanceOf(view.capabilities, view.summary.limitBytes, view.overSsh)[what], chosen);
}

/** Why access over ssh did not work, for a plan. */
export function sshProblem({ message, remedy }: Failure): string {
  return `Over SSH: ${message} ${remedy}`;
}
