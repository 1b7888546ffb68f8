import { useMemo } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { CatalogStatus, Catalogued, CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import { amountOf } from '../../../electron/contract/operations.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { namesOfServices, useServiceNames } from '../../components/hosts/regions.ts';
import { NotFound } from '../../components/not-found.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Tag } from '../../components/tag.tsx';
import { formatBytes, formatExact } from '../../lib/format.ts';
import { copyText } from '../../lib/notify.ts';
import { palette } from '../../lib/palette-store.ts';
import { coveragePath } from '../../lib/routes.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { urlTab, useUrlState } from '../../lib/url-state.ts';
import { OperationHistory } from '../operations/operation-history.tsx';
import classes from './image.module.css';
import { placesSummary } from './image-place-texts.ts';
import { ImagePlaces } from './image-places.tsx';
import { useImage, useImagePlaces, usePlaceActions } from './use-image.ts';

const none: never[] = [];
const catalogStatuses: Partial<Record<CatalogStatus, { text: string; title: string }>> = {
  orphan: { text: 'orphan', title: 'Deleted from Glance: this image can no longer be downloaded.' },
  notVisible: {
    text: 'not visible',
    title: 'This login cannot see the image, so the console cannot tell whether Glance still has it.',
  },
};

/** One image: the hosts that have it, its description in the catalogues, its history, and actions on it. */
export function ImagePage({ imageId }: { imageId: ImageId }) {
  const { entries, found, known, golden } = useImage(imageId);
  const { places, query } = useImagePlaces(imageId);
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const cloudNames = useMemo(() => new Map(clouds.map(({ id, name }) => [id, name])), [clouds]);
  const [tab, setTab] = useUrlState('tab', 'hosts', urlTab, { remember: 'image.tab', isTab: true });
  const actions = usePlaceActions(imageId);
  const queue = actions.queue(places);
  const remove = actions.remove(places);
  const [entry] = entries;
  const region = namesOfServices(found?.imageServiceIds, useServiceNames());
  const name = found?.name || entry?.image.name || '';
  usePageTitle(name || imageId);
  useShortcuts('Image', [
    { keys: '1', label: 'Hosts', run: () => setTab('hosts') },
    { keys: '2', label: 'In Glance', run: () => setTab('facts') },
    { keys: '3', label: 'History', run: () => setTab('history') },
  ]);
  const count = (...cells: string[]) => places.filter(({ cell }) => cells.includes(cell)).length;
  const counts = { cached: count('c'), queued: count('q'), unknown: count('?'), hosts: places.length };
  const cachedSum = amountOf(places.flatMap(({ cached }) => cached ?? []));
  const hits = places.reduce((sum, { cached }) => sum + (cached?.hits ?? 0), 0);
  const catalogStatus = found ? catalogStatuses[found.catalogStatus] : undefined;
  const copy = () => {
    copyText(imageId, 'ID');
  };
  if (
    known &&
    query.data &&
    entries.length === 0 &&
    !found &&
    places.every(({ cell }) => cell === '-' || cell === '?')
  ) {
    return (
      <NotFound
        title="No image with this ID"
        actions={
          <Button kind="primary" onClick={palette.open}>
            Search images
          </Button>
        }
      >
        No host that responds has <span className="mono">{imageId}</span> cached or queued, and no image catalog of
        these clouds has it.
      </NotFound>
    );
  }
  return (
    <div className="page">
      <PageHeader
        parent={{ label: 'Coverage', href: coveragePath }}
        title={name || (known ? '(no name)' : imageId)}
        sub={<span className="mono">{imageId}</span>}
        actions={
          <>
            <Button onClick={copy}>Copy ID</Button>
            <Button kind="danger" disabled={remove.count === 0} whyNot={remove.whyNot} onClick={remove.run}>
              {remove.count === 0 ? 'Delete everywhere…' : `Delete everywhere (${plural(remove.count, 'host')})…`}
            </Button>
            <Button kind="primary" disabled={queue.count === 0} whyNot={queue.whyNot} onClick={queue.run}>
              {queue.count === 0 ? 'Queue where missing…' : `Queue on ${plural(queue.count, 'host')}…`}
            </Button>
          </>
        }
      />
      <p className={classes.line}>
        {catalogStatus ? (
          <Tag tone="bad" title={catalogStatus.title}>
            {catalogStatus.text}
          </Tag>
        ) : null}
        {golden.map((set) => (
          <Link key={set.id} href={`${coveragePath}/golden`} className={classes.golden}>
            <Tag tone="ok" title="A golden set that contains this image">
              golden: {set.name}
            </Tag>
          </Link>
        ))}
        {query.data ? (
          <span role="status">
            <b>{capital(placesSummary(counts))}</b>
            {counts.unknown > 0 && counts.cached + counts.queued > 0
              ? `, unknown on ${formatCount(counts.unknown)}`
              : ''}
            .
          </span>
        ) : null}
        <span className="dim">
          {[
            region,
            found?.sizeBytes == null ? '' : formatSize(found.sizeBytes),
            counts.cached > 1 ? `${formatSizeSum(cachedSum)} in all caches` : '',
            counts.cached > 0 ? plural(hits, 'hit') : '',
            entry && entry.image.status !== 'active' ? entry.image.status : '',
            entry?.image.visibility ?? '',
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
      </p>
      {query.error ? <FailedNotice error={query.error} again={query.refetch} /> : null}
      <Tabs
        label="This image"
        current={tab}
        onChange={setTab}
        tabs={[
          {
            id: 'hosts',
            label: 'Hosts',
            note: formatCount(places.length),
            noteWords: plural(places.length, 'host'),
            panel: () => (
              <ImagePlaces
                imageId={imageId}
                name={name || imageId}
                places={places}
                loading={query.isPending}
                actions={actions}
              />
            ),
          },
          {
            id: 'facts',
            label: 'In Glance',
            panel: () => <ImageFacts entries={entries} clouds={cloudNames} known={known} />,
          },
          { id: 'history', label: 'History', panel: () => <OperationHistory of={{ imageId }} /> },
        ]}
      />
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

type Fact = { name: string; value: string };

/** The fields of an image in a catalogue, with exact sizes and times. */
function factsOf(image: CatalogueImage): Fact[] {
  const time = (at: number | null) => (at === null ? '–' : formatExact(at));
  const facts = [
    { name: 'Name', value: image.name || '–' },
    { name: 'Id', value: image.id },
    { name: 'Status', value: image.status },
    { name: 'Size', value: image.sizeBytes === null ? '–' : formatBytes(image.sizeBytes) },
    { name: 'Disk format', value: image.diskFormat ?? '–' },
    { name: 'Container format', value: image.containerFormat ?? '–' },
    { name: 'Visibility', value: image.hidden ? `${image.visibility ?? '–'}, hidden` : (image.visibility ?? '–') },
    { name: 'Owner', value: image.owner ?? '–' },
    { name: 'Created', value: time(image.createdAt) },
    { name: 'Updated', value: time(image.updatedAt) },
    { name: 'Tags', value: image.tags.length === 0 ? '–' : image.tags.join(', ') },
  ];
  const properties = Object.entries(image.properties).map(([name, value]) => ({ name, value }));
  return [...facts, ...properties];
}

type ImageFactsProps = { entries: Catalogued['entries']; clouds: ReadonlyMap<string, string>; known: boolean };

/** The image as the catalogue of each image service that has it describes it. */
function ImageFacts({ entries, clouds, known }: ImageFactsProps) {
  const regions = useServiceNames();
  if (entries.length === 0) {
    return (
      <div className="panel">
        <EmptyState title={known ? 'Image not found in Glance' : 'Loading image'}>
          {known ? 'It was deleted from Glance, or this login cannot see it. Cached copies can only be deleted.' : null}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={classes.catalogues}>
      {entries.map(({ cloudId, imageServiceId, image }) => {
        const region = regions[imageServiceId];
        const title = `${clouds.get(cloudId) ?? cloudId}${region === undefined ? '' : `, ${region}`}`;
        return (
          <section key={imageServiceId} className="panel" aria-label={`In ${title}`}>
            {entries.length > 1 || region !== undefined ? <h2>{title}</h2> : null}
            <dl>
              {factsOf(image).map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}
