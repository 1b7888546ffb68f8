import type { CatalogStatus, Description } from '../../electron/contract/images.ts';
import { MiddleTruncate } from './middle-truncate.tsx';

const unnamed: Record<CatalogStatus, string> = {
  known: '(no name)',
  orphan: '(no longer in Glance)',
  notVisible: '(not visible to this login)',
  unchecked: '(not looked up yet)',
};

type Props = { imageId: string; catalogStatus: CatalogStatus; description: Pick<Description, 'name'> | null };

/** The name and the id of an image, or the reason why there is no name. */
export function ImageName({ imageId, catalogStatus, description }: Props) {
  const name = description?.name;
  return (
    <span className="image-name">
      {name ? <MiddleTruncate text={name} className="name" /> : <span className="dim">{unnamed[catalogStatus]}</span>}
      <span className="mono faint cut">{imageId}</span>
    </span>
  );
}

/** The name of an image in a sentence: its id where it has none. */
export function imageTitle(imageId: string, description: Pick<Description, 'name'> | null): string {
  return description?.name || imageId;
}
