import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Operation } from '../../../../electron/contract/operations.ts';
import { client } from '../../../bridge/client.ts';

/** The ids of the operations about an image, by its id or name or a part of one; undefined where none is named. */
export function useAboutImage(
  text: string,
  operations: readonly Pick<Operation, 'id'>[],
): ReadonlySet<string> | undefined {
  const [image] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({
    queryKey: ['operations about', image, operations.length, operations[0]?.id],
    queryFn: ({ signal }) => client.operations.list({ image }, { signal }),
    enabled: image !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return useMemo(
    () => (image === '' || !found.data ? undefined : new Set(found.data.operations.map(({ id }) => id))),
    [image, found.data],
  );
}
