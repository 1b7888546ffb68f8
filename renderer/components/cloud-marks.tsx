import type { CloudSettings } from '../../electron/contract/clouds.ts';
import { Tag } from './tag.tsx';

/** What a cloud is marked as: production, read-only; nothing where it is neither. */
export function CloudMarks({ cloud }: { cloud: Pick<CloudSettings, 'production' | 'readOnly'> }) {
  return (
    <>
      {cloud.production ? (
        <Tag tone="bad" title="Marked as production: what destroys much asks for a name to be typed.">
          production
        </Tag>
      ) : null}
      {cloud.readOnly ? (
        <Tag tone="warn" title="Nothing that changes a host of this cloud is sent from this console.">
          read-only
        </Tag>
      ) : null}
    </>
  );
}
