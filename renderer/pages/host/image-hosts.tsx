import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { useConsolePart } from '../../bridge/live.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { dotOf, StateDot } from '../../components/state-dot.tsx';
import { Tag } from '../../components/tag.tsx';
import { useWhyNot } from '../../components/use-why-not.ts';
import { openDialog } from '../../dialogs/dialog-store.ts';
import { formatCount, plural } from '../../format/numbers.ts';
import { hostPath } from '../../shell/paths.ts';
import { type ImagePlace, placesOf } from './image-places.ts';

type Props = { host: HostSummary; imageId: ImageId; onLeave: () => void };

/** Where an image is cached among the hosts of a cloud, with the way to delete it there and to queue it elsewhere. */
export function ImageHosts({ host, imageId, onLeave }: Props) {
  const { whyNone } = useWhyNot();
  const all = useConsolePart((state) => state.hosts.filter(({ cloudId }) => cloudId === host.cloudId));
  const hosts = useMemo(() => all ?? [host], [all, host]);
  const known = useQueries({
    queries: hosts.map(({ id }) => queries.hosts.images.queryOptions({ input: { id }, structuralSharing: false })),
    combine: (results): HostImages[] => results.flatMap(({ data }) => data ?? []),
  });
  const places = useMemo(() => placesOf(imageId, hosts, known), [imageId, hosts, known]);
  const cached = places.filter(({ where }) => where === 'cached').map((place) => place.host);
  const missing = places.filter(({ where }) => where === 'missing').map((place) => place.host);
  return (
    <>
      <div className="row">
        <span className="grow">
          Cached on <b>{formatCount(cached.length)}</b> of {plural(hosts.length, 'host')}
        </span>
        {missing.length > 0 ? (
          <Button
            whyNot={whyNone(missing, 'queue')}
            onClick={() => {
              onLeave();
              openDialog({ kind: 'queue', hostIds: missing.map(({ id }) => id), imageIds: [imageId] });
            }}
          >
            Queue where missing…
          </Button>
        ) : null}
        {cached.length > 0 ? (
          <Button
            kind="danger"
            whyNot={whyNone(cached, 'delete')}
            onClick={() => {
              onLeave();
              openDialog({
                kind: 'delete',
                from: 'cache',
                targets: cached.map(({ id }) => ({ hostId: id, imageId })),
              });
            }}
          >
            {cached.length === 1 ? 'Delete there…' : `Delete from ${plural(cached.length, 'host')}…`}
          </Button>
        ) : null}
      </div>
      <ul className="image-places" aria-label="Hosts">
        {places.map((place) => (
          <Place key={place.host.id} place={place} onLeave={onLeave} />
        ))}
      </ul>
    </>
  );
}

function Place({ place, onLeave }: { place: ImagePlace; onLeave: () => void }) {
  const { host, where, image } = place;
  return (
    <li>
      <StateDot state={dotOf(host)} />
      <Link href={hostPath(host.id)} className="name cut" onClick={onLeave}>
        {host.name}
      </Link>
      <span>
        {where === 'cached' ? <Tag tone="ok">cached</Tag> : null}
        {where === 'queued' ? <Tag tone="accent">queued</Tag> : null}
        {where === 'missing' ? <span className="faint">not there</span> : null}
        {where === 'unread' ? <span className="faint">not read yet</span> : null}
      </span>
      <span className="dim">
        {image ? (
          <>
            {formatSize(image.sizeBytes)}, {plural(image.hits, 'hit')}, read <RelativeTime time={image.lastAccessed} />
          </>
        ) : null}
      </span>
    </li>
  );
}
