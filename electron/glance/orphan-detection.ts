import type { CatalogStatus, CatalogueImage, Description } from '../contract/images.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import type { Session } from '../keystone/keystone-session.ts';

/** The image service's entry for an id: the image, or the reason why it shows none. */
export type Described = CatalogueImage | 'orphan' | 'notVisible';

/**
 * Distinguishes an orphan from an image that this login may not see, by the answer of `GET /v2/images/{id}`; undefined
 * for any other answer. Only the 404 to an administrator means that the image is gone: everybody else gets the same
 * answer for images that they may not see (docs/glance-cache-api.md, section 8).
 */
export async function absenceOf(
  { status }: Pick<HttpAnswer, 'status'>,
  session: Session,
  signal?: AbortSignal,
): Promise<'orphan' | 'notVisible' | undefined> {
  if (status === 403) return 'notVisible';
  if (status !== 404) return undefined;
  return (await seesAllImages(session, signal)) ? 'orphan' : 'notVisible';
}

/** Whether a login sees every image: an administrator does, and so does everybody if Glance needs no login. */
async function seesAllImages(session: Session, signal: AbortSignal | undefined): Promise<boolean> {
  if ((await session.token(signal)) === undefined) return true;
  return (await session.identity(signal)).roles.some((role) => role.toLowerCase() === 'admin');
}

/** The data about a cached or queued image id besides its record. One object for each image, shared by all hosts. */
export type KnownImage = { catalogStatus: CatalogStatus; description: Description | null };

/** The image service has not been asked about it yet. */
export const unchecked: KnownImage = { catalogStatus: 'unchecked', description: null };
/** The image service does not have it any more. */
const orphan: KnownImage = { catalogStatus: 'orphan', description: null };
/** The image service may have it, but this login may not see it. */
export const notVisible: KnownImage = { catalogStatus: 'notVisible', description: null };

/** The data about an id that an answer of the image service contains. */
export function knownFrom(image: Described): KnownImage {
  if (image === 'orphan') return orphan;
  if (image === 'notVisible') return notVisible;
  const { name, status, diskFormat, owner, visibility, sizeBytes } = image;
  return {
    catalogStatus: 'known',
    description: { name, status, diskFormat, owner, visibility, catalogueSizeBytes: sizeBytes },
  };
}

export function sameDescription(one: Description | null, other: Description | null): boolean {
  if (one === other) return true;
  if (!one || !other) return false;
  return (
    one.name === other.name &&
    one.status === other.status &&
    one.diskFormat === other.diskFormat &&
    one.owner === other.owner &&
    one.visibility === other.visibility &&
    one.catalogueSizeBytes === other.catalogueSizeBytes
  );
}
