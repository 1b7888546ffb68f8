import type { CatalogStatus, Description } from '../../electron/contract/images.ts';
import { ImageLink } from './entity-link.tsx';

const unnamed: Record<CatalogStatus, string> = {
  known: '(no name)',
  orphan: '(no longer in Glance)',
  notVisible: '(not visible to this login)',
  unchecked: '(not looked up yet)',
};

type Props = { imageId: string; catalogStatus: CatalogStatus; description: Pick<Description, 'name'> | null };

/** The name and the id of an image in a row that can be selected, or the reason why there is no name. It links the image. */
export function ImageName({ imageId, catalogStatus, description }: Props) {
  // The row has one stop in the tab order, which is its checkbox.
  return <ImageLink imageId={imageId} name={description?.name} unnamed={unnamed[catalogStatus]} tabIndex={-1} />;
}

/** The name of an image in a sentence: its id if it has none. */
export function imageTitle(imageId: string, description: Pick<Description, 'name'> | null): string {
  return description?.name || imageId;
}
