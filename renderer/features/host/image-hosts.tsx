import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Button } from '../../components/button.tsx';
import { dotStateOf, StateDot } from '../../components/host-link.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Tag } from '../../components/tag.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { hostPath, imagePath } from '../../lib/routes.ts';
import { cellLabels } from '../image/image-place-texts.ts';
import { type Place, useImagePlaces, usePlaceActions } from '../image/use-image.ts';

type Props = { host: HostSummary; imageId: ImageId; onLeave: () => void };

/** Where an image is cached among the hosts of a cloud, with the way to delete it there and to queue it elsewhere. */
export function ImageHosts({ host, imageId, onLeave }: Props) {
  const { places, query } = useImagePlaces(imageId, host.cloudId);
  const actions = usePlaceActions(imageId, onLeave);
  const queue = actions.queue(places);
  const remove = actions.remove(places.filter(({ cell }) => cell === 'c'));
  if (query.error) {
    return <FailedNotice error={query.error} again={query.refetch} />;
  }
  return (
    <>
      <div className="row">
        <span className="grow">
          {query.data ? (
            <>
              Cached on <b>{formatCount(remove.count)}</b> of {plural(places.length, 'host')}
            </>
          ) : (
            'Looking where it is…'
          )}
        </span>
        <Link href={imagePath(imageId)} onClick={onLeave}>
          All about this image
        </Link>
        {queue.count > 0 ? (
          <Button whyNot={queue.whyNot} onClick={queue.run}>
            Queue where missing…
          </Button>
        ) : null}
        {remove.count > 0 ? (
          <Button kind="danger" whyNot={remove.whyNot} onClick={remove.run}>
            {remove.count === 1 ? 'Delete there…' : `Delete from ${plural(remove.count, 'host')}…`}
          </Button>
        ) : null}
      </div>
      <ul className="image-places" aria-label="Hosts">
        {places.map((place) => (
          <HostPlace key={place.host.id} place={place} onLeave={onLeave} />
        ))}
      </ul>
    </>
  );
}

function HostPlace({ place, onLeave }: { place: Place; onLeave: () => void }) {
  const { host, cell, cached, reason } = place;
  const { text, tone } = cellLabels[cell];
  return (
    <li>
      <StateDot state={dotStateOf(host)} />
      <Link href={hostPath(host.id)} className="name cut" onClick={onLeave}>
        {host.name}
      </Link>
      <span>
        <Tag tone={tone} {...(reason === null ? {} : { title: reason })}>
          {text}
        </Tag>
      </span>
      <span className="dim">
        {cached ? (
          <>
            {formatSize(cached.sizeBytes)}, {plural(cached.hits, 'hit')}, read{' '}
            <RelativeTime time={cached.lastAccessed} />
          </>
        ) : null}
      </span>
    </li>
  );
}
