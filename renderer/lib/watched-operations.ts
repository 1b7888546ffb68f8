import { useEffect } from 'react';

const watched = new Map<string, number>();

/** Says, while the component is mounted, that the operator is looking at an operation: its end needs no notification. */
export function useWatchedOperation(id: string): void {
  useEffect(() => {
    watched.set(id, (watched.get(id) ?? 0) + 1);
    return () => {
      const others = (watched.get(id) ?? 1) - 1;
      if (others > 0) watched.set(id, others);
      else watched.delete(id);
    };
  }, [id]);
}

/** Whether the operator is looking at the operation. */
export function isWatched(id: string): boolean {
  return watched.has(id);
}
