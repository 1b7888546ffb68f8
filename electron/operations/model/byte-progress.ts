import type { ByteProgress, TargetOutcome, TargetState } from '../../contract/operations.ts';

type Counted = Pick<TargetOutcome, 'rung' | 'state' | 'expected' | 'actual' | 'progress'>;

const open: ReadonlySet<TargetState> = new Set(['waiting', 'sent', 'following']);

/** How far the bytes of all targets have come that are done or open; `undefined` where none is seen to come. */
export function byteProgressOf(entries: readonly Counted[]): ByteProgress | undefined {
  if (!entries.some(({ rung, progress }) => rung === 'read' || progress)) return undefined;
  const sum = { bytes: 0, of: 0 };
  let untold = false;
  for (const { state, actual, progress, expected } of entries) {
    if (state === 'done') {
      sum.bytes += actual?.bytes ?? 0;
      sum.of += actual?.bytes ?? 0;
    } else if (open.has(state)) {
      const of = progress?.of ?? (expected && expected.bytes > 0 ? expected.bytes : null);
      sum.bytes += progress?.bytes ?? 0;
      sum.of += of ?? 0;
      untold ||= of === null;
    }
  }
  return { bytes: sum.bytes, of: untold ? null : sum.of };
}
