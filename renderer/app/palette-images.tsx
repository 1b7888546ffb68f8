import { useDebouncedValue } from '@mantine/hooks';
import type { SpotlightActionGroupData } from '@mantine/spotlight';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { imageMatcher } from '../../electron/contract/image-match.ts';
import type { FoundImage } from '../../electron/contract/search.ts';
import { queries } from '../bridge/queries.ts';
import { Tag } from '../components/tag.tsx';
import { placesSummary } from '../features/image/image-place-texts.ts';
import { formatCount } from '../lib/format.ts';
import { imagePath } from '../lib/routes.ts';

/** Milliseconds without a key before the images are looked for, so that a fast typist asks once. */
const pause = 60;
const most = 20;
const shortest = 2;

export type FoundGroup = { group: SpotlightActionGroupData | undefined; searching: boolean };

/**
 * The images that are what was typed, with where they are, as a group of the palette. What was found before stays as far
 * as it still matches, until the answer is there; an answer that is not wanted any more is not waited for.
 */
export function useFoundImages(query: string, go: (path: string) => void): FoundGroup {
  const text = query.trim();
  const [settled] = useDebouncedValue(text, pause);
  const found = useQuery(
    queries.search.images.queryOptions({
      input: settled.length >= shortest && text.length >= shortest ? { text: settled, most } : skipToken,
      placeholderData: (before) => before,
      // The answer of a search may be two seconds old.
      refetchInterval: 3_000,
      structuralSharing: false,
      gcTime: 0,
    }),
  );
  const { data } = found;
  const searching =
    text.length >= shortest && !found.error && (settled !== text || data === undefined || found.isPlaceholderData);

  const group = useMemo(() => {
    if (!data || text.length < shortest) return undefined;
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
        children: <Found image={image} />,
      })),
    };
  }, [data, text, searching, go]);
  return { group, searching };
}

function Found({ image }: { image: FoundImage }) {
  return (
    <span className="palette-image">
      <span className={image.name ? 'cut' : 'cut dim'}>{image.name || '(no name)'}</span>{' '}
      <span className="mono faint cut">{image.imageId}</span>{' '}
      {image.standing === 'orphan' ? <Tag tone="bad">orphan</Tag> : null}{' '}
      <span className="palette-where dim">{placesSummary(image)}</span>
    </span>
  );
}
