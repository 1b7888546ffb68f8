import type { DiskDifference } from '../../../electron/contract/remote.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';

const mostNamed = 5;

function named(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return names.slice(0, mostNamed).join(', ') + (rest > 0 ? ` and ${plural(rest, 'other')}` : '');
}

/** Where the disk and what the API tells are not the same. */
export function DiskDisagreement({ difference }: { difference: DiskDifference }) {
  const { withoutRecord, withoutFile, otherSize } = difference;
  if (withoutRecord.length + withoutFile.length + otherSize.length === 0) {
    return <p className="dim">The disk and what the API lists agree.</p>;
  }
  const bytes = withoutRecord.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <>
      {withoutRecord.length > 0 ? (
        <Notice tone="warn">
          <b>
            {plural(withoutRecord.length, 'file')} without a record, {formatSize(bytes)}.
          </b>{' '}
          <span className="dim">
            They count towards the limit, and can make the host’s own prune hang:{' '}
            <span className="mono">{named(withoutRecord.map(({ name }) => name))}</span>. Remove them on the host.
          </span>
        </Notice>
      ) : null}
      {withoutFile.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(withoutFile.length, 'record')} without a file.</b>{' '}
          <span className="dim">
            The API lists them as cached, and there is nothing on disk:{' '}
            <span className="mono">{named(withoutFile)}</span>. Delete them, and queue them again where they are wanted.
          </span>
        </Notice>
      ) : null}
      {otherSize.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(otherSize.length, 'image')} of another size than recorded.</b>{' '}
          <span className="dim">
            <span className="mono">{named(otherSize.map(({ imageId }) => imageId))}</span>: what the host serves of them
            may be damaged. Delete them, and queue them again.
          </span>
        </Notice>
      ) : null}
    </>
  );
}
