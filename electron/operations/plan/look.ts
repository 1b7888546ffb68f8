import type { CloudId } from '../../contract/clouds.ts';
import type { Failure } from '../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { AbilityName, Capabilities, HostId } from '../../contract/hosts.ts';
import type { CachedImage, Catalogue, CatalogueImage, ImageId, QueuedImage } from '../../contract/images.ts';
import type { PruneLock } from '../../fleet/prune-locks.ts';
import type { CloudMarks } from '../model/guard.ts';
import { listTells } from '../model/list.ts';
import type { DiskLook, PrefetcherLook } from '../model/remote.ts';
import { byId } from '../model/seen.ts';

/** What a plan is made from: a host as last seen, and what the console itself has under way there. */
export type HostLook = {
  summary: HostSummary;
  images: HostImages;
  cached: ReadonlyMap<ImageId, CachedImage>;
  queued: ReadonlyMap<ImageId, QueuedImage>;
  capabilities: Capabilities | null;
  /** Why nothing can be asked of it now. */
  failure: Failure | null;
  /** Images that a running operation is to queue here, or has queued and follows. */
  asking: ReadonlySet<ImageId>;
  /** Images lately taken out of the queue here, whose fetch may go on unseen, and until when that is believable. */
  dequeued: ReadonlyMap<ImageId, number>;
  /** The last native prune; and the one that may be running there, so that none may be sent. */
  prune: PruneLock | undefined;
  runningPrune: PruneLock | undefined;
  /** Whether an access over ssh is set up for it. */
  overSsh: boolean;
  /** What the operator has said of its cloud. */
  cloud: CloudMarks | undefined;
  /** Why the operator lets nothing be sent there. */
  closed: Failure | undefined;
};

export type CatalogueLook = {
  images: ReadonlyMap<ImageId, CatalogueImage>;
  /** Whether it was ever read: only then does an image's absence tell something. */
  read: boolean;
  failure: Failure | null;
};

/** All that a plan is made from; making it asks nobody. */
export type Ground = {
  host(hostId: HostId): HostLook | undefined;
  catalogue(cloudId: CloudId): CatalogueLook;
  /** What a host has on disk, where it was looked for over ssh. */
  disk(hostId: HostId): DiskLook | undefined;
  /** Whether a host's prefetcher works, where that was asked over ssh. */
  prefetcher(hostId: HostId): PrefetcherLook | undefined;
  now: number;
  /** On a cloud marked as production, more images than this ask for a name to be typed. */
  confirmAbove: number;
};

export function lookAtHost(
  summary: HostSummary,
  images: HostImages,
  rest: Omit<HostLook, 'summary' | 'images' | 'cached' | 'queued'>,
): HostLook {
  return {
    summary,
    images,
    ...byId(images),
    ...rest,
  };
}

export function lookAtCatalogue(catalogue: Catalogue | undefined): CatalogueLook {
  return {
    images: new Map(catalogue?.images.map((image) => [image.id, image])),
    read: (catalogue?.readAt ?? null) !== null,
    failure: catalogue?.failure ?? null,
  };
}

export function has({ cached, queued }: Pick<HostLook, 'cached' | 'queued'>, imageId: ImageId): boolean {
  return cached.has(imageId) || queued.has(imageId);
}

/** Whether it was ever seen what the host has. */
export function tells({ images, summary }: Pick<HostLook, 'images' | 'summary'>): boolean {
  return images.takenAt !== null && listTells(summary);
}

/** Why a host can do nothing of this kind now; undefined when it can. */
export function refusal(look: HostLook, ability: AbilityName): string | undefined {
  const why = notNow(look);
  if (why !== undefined || !look.capabilities) return why;
  const found = look.capabilities.abilities[ability];
  return found.can ? undefined : clip(`${found.reason} ${found.remedy}`);
}

/** Why nothing at all can be sent to a host now; undefined when something can. */
export function notNow({ failure, capabilities, closed }: HostLook): string | undefined {
  if (closed) return clip(`${closed.message} ${closed.remedy}`);
  if (failure) return clip(`The host is down: ${failure.message} ${failure.remedy}`);
  if (!capabilities) return 'The host has not answered yet, so it is not known what it can do.';
  return undefined;
}

/** Cut to what the contract allows a reason. */
export function clip(text: string, most = 1_000): string {
  const trimmed = text.trim();
  return trimmed.length <= most ? trimmed : `${trimmed.slice(0, most - 1)}…`;
}
