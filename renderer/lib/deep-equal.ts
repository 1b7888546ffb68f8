import { replaceEqualDeep } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

/** Whether two plain values (objects, arrays, primitives) are equal. */
export function deepEqual<Value>(one: Value, other: Value): boolean {
  return replaceEqualDeep(one, other) === one;
}

/** Returns the earlier value while it is equal, and reuses its equal parts otherwise, so that only changes cause a render. */
export function useStable<Value>(value: Value): Value {
  const [stable, setStable] = useState(value);
  const next = useMemo(() => replaceEqualDeep(stable, value), [stable, value]);
  if (next !== stable) setStable(next);
  return next;
}
