import { useState } from 'react';

/** A value that stays the same object for as long as its key is the same. */
export function useSteady<Value>(value: Value, key: string): Value {
  const [kept, keep] = useState({ value, key });
  if (kept.key === key) return kept.value;
  keep({ value, key });
  return value;
}
