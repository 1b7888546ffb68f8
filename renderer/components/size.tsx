import { formatSize } from '../../electron/contract/units.ts';
import { formatBytes } from '../lib/format.ts';

/** A size in binary units, with the exact bytes on hover. */
export function Size({ bytes, className }: { bytes: number; className?: string }) {
  return (
    <span className={className} title={formatBytes(bytes)}>
      {formatSize(bytes)}
    </span>
  );
}
