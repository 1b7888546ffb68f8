import { useMemo, useState } from 'react';
import type { GridImage } from './model.ts';

type Order = { key: string; rows: readonly GridImage[]; rank: ReadonlyMap<string, number> };

/**
 * Rows in their order, which is held while a pointer is over them: what is clicked on must not have changed places just
 * then. Rows that are new meanwhile come last. Another `key` (a sort, a filter) is an order of its own.
 */
export function useHeldOrder(rows: readonly GridImage[], key: string, held: boolean): readonly GridImage[] {
  const [order, keep] = useState<Order>(() => orderOf(key, rows));
  const holds = held && order.key === key;
  if (!holds && (order.key !== key || order.rows !== rows)) keep(orderOf(key, rows));
  return useMemo(() => (holds ? inOrder(rows, order.rank) : rows), [holds, rows, order]);
}

function orderOf(key: string, rows: readonly GridImage[]): Order {
  return { key, rows, rank: new Map(rows.map(({ image }, index) => [image.imageId, index])) };
}

/** The rows by rank; those that have none at the end, as they come. */
export function inOrder(rows: readonly GridImage[], rank: ReadonlyMap<string, number>): GridImage[] {
  const place = ({ image }: GridImage) => rank.get(image.imageId) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((one, other) => {
    const [first, second] = [place(one), place(other)];
    return first === second ? 0 : first - second;
  });
}
