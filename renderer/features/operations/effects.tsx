import type { Operation } from '../../../electron/contract/operations.ts';
import './operations.css';
import { effectsOf } from './words.ts';

type Props = { of: Pick<Operation, 'kind' | 'actual' | 'freed'>; title?: string };

/** What an operation brought; what came and what went stand one above the other, so that both fit in one row. */
export function Effects({ of, title }: Props) {
  return (
    <span className="operations-effect" title={title}>
      {effectsOf(of).map((effect, at) => (
        <span key={effect}>
          {at > 0 ? <span className="hidden-text">, </span> : null}
          {effect}
        </span>
      ))}
    </span>
  );
}
