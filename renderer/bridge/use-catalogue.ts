import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';

/**
 * A cloud's image catalogue for somebody who chooses from it: as it was last read, and read anew behind as they begin, for
 * they may look for what they uploaded a moment ago.
 */
export function useCatalogue(cloudId: string) {
  const input = { id: cloudId };
  // When it was done is told by an event; what goes wrong is told by the catalogue itself.
  useQuery(queries.clouds.rereadCatalogue.queryOptions({ input, gcTime: 0 }));
  return useQuery(queries.clouds.catalogue.queryOptions({ input, structuralSharing: false }));
}
