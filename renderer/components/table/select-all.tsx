import { useEffect, useRef } from 'react';
import { formatCount } from '../../lib/format.ts';

type Props = { state: 'all' | 'some' | 'none'; count: number; onToggle: () => void };

/** The checkbox in the heading: all rows that are shown, or none of them. */
export function SelectAll({ state, count, onToggle }: Props) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = state === 'some';
  }, [state]);
  return (
    <th scope="col" className="select-cell">
      <input
        ref={box}
        type="checkbox"
        className="check"
        aria-label={`Select all ${formatCount(count)} shown`}
        checked={state === 'all'}
        disabled={count === 0}
        onChange={onToggle}
      />
    </th>
  );
}
