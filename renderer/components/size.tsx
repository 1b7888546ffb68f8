import type { Amount } from '../../electron/contract/operations.ts';
import { formatSizeSum } from '../../electron/contract/sizes.ts';
import { formatBytesSum } from '../lib/format.ts';

/** The size of an amount, as the properties of `Size`. */
export function sizesOf({ bytes, unsized = 0 }: Pick<Amount, 'bytes' | 'unsized'>) {
  return { bytes, unsized };
}

/**
 * A size, or a sum of sizes of which `unsized` are unknown, in binary units; the exact bytes on hover. Null is an unknown
 * size.
 */
export function Size({ bytes, unsized, className }: { bytes: number | null; unsized?: number; className?: string }) {
  if (bytes === null) {
    return (
      <span className="faint" title="No valid size reported">
        unknown
      </span>
    );
  }
  const sum = { bytes, unsized };
  return (
    <span className={className} title={formatBytesSum(sum)}>
      {formatSizeSum(sum)}
    </span>
  );
}
