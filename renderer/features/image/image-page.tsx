import { useMemo } from 'react';
import { Link } from 'wouter';
import type { ImageId, Standing } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Tag } from '../../components/tag.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { notify, notifyFailure } from '../../lib/notify.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { coveragePath } from '../../lib/routes.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { OperationHistory } from '../operations/operation-history.tsx';
import './image.css';
import { ImageFacts } from './image-facts.tsx';
import { ImagePlaces } from './image-places.tsx';
import { whereWords } from './place-words.ts';
import { useImage, useImagePlaces } from './use-image.ts';
import { usePlaceActions } from './use-place-actions.ts';

const none: never[] = [];
const standings: Partial<Record<Standing, { text: string; title: string }>> = {
  orphan: { text: 'orphan', title: 'Glance itself no longer has this image: nobody can ask for it any more.' },
  notVisible: {
    text: 'not visible',
    title: 'This login may not see the image, so it cannot be told whether Glance still has it.',
  },
};

/** One image: where it is, what the catalogues say of it, what was done to it, and what can be done with it. */
export function ImagePage({ imageId }: { imageId: ImageId }) {
  const { entries, found, known, golden } = useImage(imageId);
  const { places, query } = useImagePlaces(imageId);
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const cloudNames = useMemo(() => new Map(clouds.map(({ id, name }) => [id, name])), [clouds]);
  const [tab, setTab] = usePersistentState('image.tab', 'hosts', isString);
  const actions = usePlaceActions(imageId);
  const queue = actions.queue(places);
  const remove = actions.remove(places);
  const [entry] = entries;
  const name = found?.name || entry?.image.name || '';
  usePageTitle(name || imageId);
  useShortcuts('Image', [
    { keys: '1', label: 'Hosts', run: () => setTab('hosts') },
    { keys: '2', label: 'In Glance', run: () => setTab('facts') },
    { keys: '3', label: 'History', run: () => setTab('history') },
  ]);
  const count = (...cells: string[]) => places.filter(({ cell }) => cells.includes(cell)).length;
  const counts = { cached: count('c'), queued: count('q'), unknown: count('?'), hosts: places.length };
  const bytes = places.reduce((sum, { cached }) => sum + (cached?.sizeBytes ?? 0), 0);
  const hits = places.reduce((sum, { cached }) => sum + (cached?.hits ?? 0), 0);
  const standing = found ? standings[found.standing] : undefined;
  const copy = () => {
    navigator.clipboard.writeText(imageId).then(() => notify('Id copied'), notifyFailure);
  };
  return (
    <div className="page image-page">
      <PageHeader
        title={name || (known ? '(no name)' : imageId)}
        sub={<span className="mono">{imageId}</span>}
        actions={
          <>
            <Button onClick={copy}>Copy id</Button>
            <Button kind="danger" disabled={remove.count === 0} whyNot={remove.whyNot} onClick={remove.run}>
              Delete everywhere…
            </Button>
            <Button kind="primary" disabled={queue.count === 0} whyNot={queue.whyNot} onClick={queue.run}>
              {queue.count === 0 ? 'Queue on missing…' : `Queue on ${formatCount(queue.count)} missing…`}
            </Button>
          </>
        }
      />
      <p className="image-line">
        {standing ? (
          <Tag tone="bad" title={standing.title}>
            {standing.text}
          </Tag>
        ) : null}
        {golden.map((set) => (
          <Link key={set.id} href={`${coveragePath}/golden`} className="image-golden">
            <Tag tone="ok" title="A golden set that means this image">
              golden: {set.name}
            </Tag>
          </Link>
        ))}
        {query.data ? (
          <span role="status">
            <b>{capital(whereWords(counts))}</b>
            {counts.unknown > 0 && counts.cached + counts.queued > 0
              ? `, unknown on ${formatCount(counts.unknown)}`
              : ''}
            .
          </span>
        ) : null}
        <span className="dim">
          {[
            found?.sizeBytes == null ? '' : formatSize(found.sizeBytes),
            bytes > 0 && counts.cached > 1 ? `${formatSize(bytes)} in all caches` : '',
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
