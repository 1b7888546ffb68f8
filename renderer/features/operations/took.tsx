import type { Operation } from '../../../electron/contract/operations.ts';
import { useNow } from '../../components/use-now.ts';
import { formatSpan } from '../../lib/format.ts';

/** How long an operation took, or has taken so far. */
export function Took({ operation }: { operation: Operation }) {
  const { startedAt, endedAt } = operation;
  const text = useNow((now) =>
    endedAt !== null && endedAt - startedAt < 1_000 ? '< 1 s' : formatSpan((endedAt ?? now) - startedAt),
  );
  return <span className="dim">{text}</span>;
}
