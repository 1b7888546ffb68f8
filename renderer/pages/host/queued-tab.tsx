import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { QueuedImage } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import type { Sort } from '../../components/table/columns.ts';
import { openDialog } from '../../dialogs/dialog-store.ts';
import { plural } from '../../format/numbers.ts';
import { ImageTab } from './image-tab.tsx';
import { queuedColumns, queuedExport } from './queued-columns.tsx';

const oldestFirst: Sort = { id: 'since', descending: false };
const nothing = () => {};

/** What a host has yet to fetch. */
export function QueuedTab({ host, images }: { host: HostSummary; images: readonly QueuedImage[] }) {
  const stalled = images.filter((image) => image.stalled !== null);
  return (
    <>
      {images.length > 0 && (stalled.length > 0 || host.capabilities?.fetch !== 'atOnce') ? (
        <Notice
          tone={stalled.length > 0 ? 'warn' : 'plain'}
          actions={<Button onClick={() => openDialog({ kind: 'prefetch', hostIds: [host.id] })}>Prefetch…</Button>}
        >
          {stalled.length > 0 ? (
            <>
              <b>
                {plural(stalled.length, 'queued image')} {stalled.length === 1 ? 'is' : 'are'} not being fetched.
              </b>{' '}
              <span className="dim">
                Glance says nothing about a failed fetch: the image just stays queued. Each row tells what is known.
                Queueing it again does not help, and may corrupt what the host serves.
              </span>
            </>
          ) : (
            <span className="dim">This host does not fetch at once what is queued.</span>
          )}
        </Notice>
      ) : null}
      <ImageTab
        host={host}
        from="queue"
        label="Queued images"
        images={images}
        left={images}
        columns={queuedColumns}
        exported={queuedExport}
        firstSort={oldestFirst}
        measured
        sumOf={(chosen) => {
          const bytes = chosen.reduce((sum, image) => sum + (image.description?.catalogueSizeBytes ?? 0), 0);
          return `${formatSize(bytes)} would not be fetched`;
        }}
        onShowAll={nothing}
        empty={
          <EmptyState title="Nothing is queued here">
            Everything that this host was asked to cache is cached, or failed.
          </EmptyState>
        }
      />
    </>
  );
}
