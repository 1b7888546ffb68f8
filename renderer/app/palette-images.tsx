import { useDebouncedValue } from '@mantine/hooks';
import type { SpotlightActionGroupData } from '@mantine/spotlight';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { formatCount } from '../../electron/contract/counts.ts';
import type { FoundImage } from '../../electron/contract/images.ts';
import { imageMatcher } from '../../electron/contract/images.ts';
import { queries } from '../bridge/queries.ts';
import { namesOfServices, useServiceNames } from '../components/hosts/regions.ts';
import { Tag } from '../components/tag.tsx';
import { placesSummary } from '../features/image/image-place-texts.ts';
import { imagePath } from '../lib/routes.ts';
import classes from './palette.module.css';

/** Milliseconds without a key press before the search starts. */
const debounce = 60;
const maxImages = 20;
const minLength = 2;

export type ImageSearch = { group: SpotlightActionGroupData | undefined; searching: boolean };

/**
 * The images that match a query, with the hosts that have them, as a group of the palette. Earlier results that still
 * match are shown until the next answer arrives; a search that is no longer needed is cancelled.
 */
export function useImageSearch(query: string, go: (path: string) => void): ImageSearch {
  const text = query.trim();
  const [settled] = useDebouncedValue(text, debounce);
  const found = useQuery(
    queries.search.images.queryOptions({
      input: settled.length >= minLength && text.length >= minLength ? { text: settled, limit: maxImages } : skipToken,
      placeholderData: (before) => before,
      // The answer of a search may be two seconds old.
      refetchInterval: 3_000,
      structuralSharing: false,
      gcTime: 0,
    }),
  );
  const { data } = found;
  const searching =
    text.length >= minLength && !found.error && (settled !== text || data === undefined || found.isPlaceholderData);

  const regions = useServiceNames();
  const group = useMemo(() => {
    if (!data || text.length < minLength) return undefined;
    const matcher = imageMatcher(text);
    const images = data.images.filter(({ imageId, name }) => matcher.rank(imageId, name) !== undefined);
    if (images.length === 0) return undefined;
    const more = searching ? 0 : data.matching - images.length;
    return {
      group: more > 0 ? `Images · the best ${images.length} of ${formatCount(data.matching)}` : 'Images',
      actions: images.map((image) => ({
        id: `image-${image.imageId}`,
        label: image.name || image.imageId,
        onClick: () => go(imagePath(image.imageId)),
        children: <Found image={image} region={namesOfServices(image.imageServiceIds, regions)} />,
      })),
    };
  }, [data, text, searching, go, regions]);
  return { group, searching };
}

function Found({ image, region }: { image: FoundImage; region: string }) {
  return (
    <span className={classes.image}>
      <span className={image.name ? 'cut' : 'cut dim'}>{image.name || '(no name)'}</span>{' '}
      <span className="mono faint cut">{image.imageId}</span>{' '}
      {region === '' ? null : <span className={`${classes.region} dim`}>{region}</span>}{' '}
      {image.catalogStatus === 'orphan' ? <Tag tone="bad">orphan</Tag> : null}{' '}
      <span className={`${classes.places} dim`}>{placesSummary(image)}</span>
    </span>
  );
}
