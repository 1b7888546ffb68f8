import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage, ImageId, QueuedImage } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { dotStateOf, StateDot } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Tag } from '../../components/tag.tsx';
import { formatBytes, formatExact } from '../../lib/format.ts';
import { copyText } from '../../lib/notify.ts';
import { hostPath, imagePath } from '../../lib/routes.ts';
import { cellLabels } from '../image/image-place-texts.ts';
import { type Place, useImagePlaces, usePlaceActions } from '../image/use-image.ts';
import { OperationHistory } from '../operations/operation-history.tsx';
import { ImageHits } from '../trends/image-hits-chart.tsx';
import classes from './host.module.css';

type Fact = { name: string; value: string };

const exact = (time: number | null) => (time === null ? 'never' : formatExact(time));
const catalogStatuses = {
  known: 'in the catalog',
  orphan: 'orphan: deleted from Glance',
  notVisible: 'not visible to this login',
  unchecked: 'not looked up yet',
};

/** The fields of an image on a host, with exact values. */
function factsOf(image: CachedImage | QueuedImage): Fact[] {
  const { description } = image;
  const facts: Fact[] = [
    { name: 'Name', value: description?.name ?? '–' },
    { name: 'Id', value: image.imageId },
    { name: 'Status', value: catalogStatuses[image.catalogStatus] },
  ];
  if ('sizeBytes' in image) {
    facts.push(
      { name: 'Size', value: image.sizeBytes === null ? 'unknown' : formatBytes(image.sizeBytes) },
      { name: 'Hits', value: formatCount(image.hits) },
      { name: 'Last accessed', value: exact(image.lastAccessed) },
      { name: 'Cached', value: exact(image.lastModified) },
    );
  } else {
    facts.push({ name: 'Queued since', value: exact(image.firstSeen) });
    if (image.stalled) facts.push({ name: 'Stalled', value: image.stalled });
  }
  if (description) {
    const size = description.catalogueSizeBytes;
    facts.push(
      { name: 'Status', value: description.status },
      { name: 'Size in Glance', value: size === null ? '–' : formatBytes(size) },
      { name: 'Format', value: description.diskFormat ?? '–' },
      { name: 'Visibility', value: description.visibility ?? '–' },
      { name: 'Owner', value: description.owner ?? '–' },
    );
  }
  return facts;
}

type Props = { host: HostSummary; image: CachedImage | QueuedImage; onClose: () => void };

/** One image: its exact values, the hosts that have it, and its operations. Opens with Enter or a double click. */
export function ImageDetails({ host, image, onClose }: Props) {
  const [tab, setTab] = useState('facts');
  const copy = () => {
    copyText(image.imageId, 'ID');
  };
  return (
    <Dialog title="Image details" onClose={onClose} size={720}>
      <p className={classes.imageTitle}>
        <b>{image.description?.name ?? '(no name)'}</b> <span className="mono faint">{image.imageId}</span>
      </p>
      <Tabs
        label="Image details"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'facts', label: `On ${host.name}`, panel: () => <Facts image={image} /> },
          {
            id: 'hosts',
            label: 'Hosts',
            panel: () => <ImageHosts host={host} imageId={image.imageId} onLeave={onClose} />,
          },
          { id: 'hits', label: 'Hits over time', panel: () => <ImageHits host={host} imageId={image.imageId} /> },
          {
            id: 'history',
            label: 'History',
            panel: () => <OperationHistory of={{ imageId: image.imageId }} onLeave={onClose} />,
          },
        ]}
      />
      <div className="dialog-footer">
        <Button onClick={copy}>Copy ID</Button>
        <Button kind="primary" onClick={onClose} data-autofocus>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

function Facts({ image }: { image: CachedImage | QueuedImage }) {
  return (
    <dl className={classes.facts}>
      {factsOf(image).map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The exact values of the active row, below the table. */
export function ActiveFacts({ image }: { image: CachedImage | QueuedImage | undefined }) {
  if (!image) return null;
  const facts = factsOf(image).filter(({ name }) =>
    ['Size', 'Last accessed', 'Cached', 'Queued since', 'Status', 'Format', 'Visibility'].includes(name),
  );
  return (
    <>
      <span className="strong cut">{image.description?.name ?? image.imageId}</span>
      {facts.map(({ name, value }) => (
        <span key={name}>
          {name.toLowerCase()} {value}
        </span>
      ))}
    </>
  );
}

type ImageHostsProps = { host: HostSummary; imageId: ImageId; onLeave: () => void };

/** Where an image is cached among the hosts of a cloud, with actions to delete it there and to queue it elsewhere. */
function ImageHosts({ host, imageId, onLeave }: ImageHostsProps) {
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
            'Finding hosts…'
          )}
        </span>
        <Link href={imagePath(imageId)} onClick={onLeave}>
          View image
        </Link>
        {queue.count > 0 ? (
          <Button whyNot={queue.whyNot} onClick={queue.run}>
            Queue where missing…
          </Button>
        ) : null}
        {remove.count > 0 ? (
          <Button kind="danger" whyNot={remove.whyNot} onClick={remove.run}>
            {remove.count === 1 ? 'Delete from host…' : `Delete from ${plural(remove.count, 'host')}…`}
          </Button>
        ) : null}
      </div>
      <ul className={classes.imagePlaces} aria-label="Hosts">
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
      <Link href={hostPath(host.id)} className="name" data-host-id={host.id} onClick={onLeave}>
        <MiddleTruncate text={host.name} host />
      </Link>
      <span>
        <Tag tone={tone} {...(reason === null ? {} : { title: reason })}>
          {text}
        </Tag>
      </span>
      <span className="dim">
        {cached ? (
          <>
            {cached.sizeBytes === null ? 'unknown size' : formatSize(cached.sizeBytes)}, {plural(cached.hits, 'hit')},
            read <RelativeTime time={cached.lastAccessed} />
          </>
        ) : null}
      </span>
    </li>
  );
}
