import type { ByteProgress } from '../../../electron/contract/operations.ts';
import './operations.css';
import { bytesWords } from './pace-words.ts';

/** How far the bytes of one target have come, in words over a thin bar; the bar only where it is known how many come. */
export function ByteBar({ progress }: { progress: ByteProgress }) {
  const { bytes, of } = progress;
  const share = of === null || of === 0 ? null : Math.min(100, (100 * bytes) / of);
  return (
    <span className="byte-bar">
      <span>{bytesWords(progress)}</span>
      {share === null ? null : (
        <span className="operations-bar" aria-hidden>
          <i data-part="done" style={{ width: `${share}%` }} />
        </span>
      )}
    </span>
  );
}
