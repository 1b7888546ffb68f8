import { useQuery } from '@tanstack/react-query';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { queries } from '../../bridge/queries.ts';
import { Meter } from '../../components/meter.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { plural } from '../../lib/format.ts';
import type { Room } from './like-rows.ts';

type Props = { to: HostSummary; room: Room | undefined; images: number; bytes: number };

/** What is fetched, what the host holds now and then, and whether its limit will hold. */
export function LikeEstimate({ to, room, images, bytes }: Props) {
  // As read before over ssh, if it was: this asks nobody.
  const disk = useQuery(queries.hosts.disk.queryOptions({ input: { id: to.id }, enabled: false }));
  const freeBytes = disk.data?.listing.freeBytes ?? null;
  return (
    <dl className="like-estimate" aria-label="What it comes to">
      <div>
        <dt>To be fetched</dt>
        <dd>
          <b>
            <Size bytes={bytes} />
          </b>
          <span className="dim">{plural(images, 'image')}</span>
        </dd>
      </div>
      <div>
        <dt>On {to.name} now</dt>
        <dd>
          {room ? (
            <>
              <b>
                <Size bytes={room.cachedBytes} />
              </b>
              <span className="dim">
                {plural(room.cachedImages, 'image')}
                {queuedWords(room)}
              </span>
            </>
          ) : (
            <span className="dim">not known</span>
          )}
        </dd>
      </div>
      <div className="like-then">
        <dt>Then</dt>
        <dd>{room ? <Then room={room} bytes={bytes} /> : <span className="dim">not known</span>}</dd>
      </div>
      {freeBytes === null ? null : (
        <div>
          <dt>Free on its disk</dt>
          <dd>
            <b className={freeBytes < bytes ? 'bad' : undefined}>
              <Size bytes={freeBytes} />
            </b>
            <span className="dim">
              {freeBytes < bytes ? 'too little, ' : ''}read <RelativeTime time={disk.dataUpdatedAt} />
            </span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Then({ room, bytes }: { room: Room; bytes: number }) {
  const { limitBytes, unsized } = room;
  const then = room.cachedBytes + room.queuedBytes + bytes;
  const about = unsized > 0 ? 'at least ' : '';
  if (limitBytes === null) {
    return (
      <>
        <b>
          {about}
          <Size bytes={then} />
        </b>
        <span className="dim">Its limit is not stated in Settings, so whether it will hold is not known.</span>
      </>
    );
  }
  const left = limitBytes - then;
  const label = `${Math.round((100 * then) / limitBytes)} % of its limit of ${formatSize(limitBytes)}`;
  return (
    <>
      <b>
        {about}
        <Size bytes={then} /> of {formatSize(limitBytes)}
      </b>
      <Meter value={then} limit={limitBytes} label={label} />
      {left >= 0 ? (
        <span className="dim">Its limit holds, with {formatSize(left)} to spare.</span>
      ) : (
        <span className="warn">
          {formatSize(-left)} over its limit: its next prune takes the least recently accessed again.
        </span>
      )}
    </>
  );
}

/** What is in the queue comes as well. */
function queuedWords({ queuedImages, queuedBytes, unsized }: Room): string {
  if (queuedImages === 0) return '';
  const size = unsized === queuedImages ? '' : `, ${unsized > 0 ? 'at least ' : ''}${formatSize(queuedBytes)}`;
  return `, ${queuedImages} more queued${size}`;
}
