import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CloudId } from '../../../../electron/contract/clouds.ts';
import { queries } from '../../../bridge/queries.ts';
import { suggestionsOf } from './suggestions.ts';

const none: never[] = [];

/** A cloud's catalogue, with what the editor offers of it. */
export function useCatalogue(cloudId: CloudId) {
  const { data, isPending, error } = useQuery(
    queries.clouds.catalogue.queryOptions({
      input: { id: cloudId },
      enabled: cloudId !== '',
      structuralSharing: false,
    }),
  );
  const images = data?.images ?? none;
  const byId = useMemo(() => new Map(images.map((image) => [image.id, image])), [images]);
  return { images, byId, isPending, failure: data?.failure ?? null, error, suggestions: suggestionsOf(images) };
}
