import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { Capabilities } from '../../../electron/contract/hosts.ts';
import type { QueuedImage } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { Notice } from '../../components/notice.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { plural } from '../../lib/format.ts';
import { settingsPath } from '../../lib/routes.ts';
import classes from './host.module.css';

type Fetch = Capabilities['fetch'];

/** Why images stay queued, by how a host fetches (docs/glance-cache-api.md, sections 0, 3, 7 and 11). */
const causes: Record<Fetch, readonly string[]> = {
  atOnce: [
    'A fetch failed before (data missing in the store, or not matching its checksum) and ended the fetch worker of that API process for good: it goes on accepting, and fetches nothing more.',
    'The service was restarted with images in its queue: what was queued before is not taken up again.',
    'It was queued through the older middleware paths, as glance-cache-manage does, which wake no worker.',
  ],
  periodic: [
    'The job of the host’s own that fetches (cache_prefetcher_interval, 300 s by default) is off, or fails: its log tells.',
    'The image’s data is missing in the store, or does not match its checksum: each run fails again.',
  ],
  byProgram: ['This release fetches nothing by itself: glance-cache-prefetcher has to be run on it, mostly from cron.'],
};

const byReading = 'downloads the image through the host, which caches what passes through it: no worker is needed.';

/** What the operator can do, by name. */
const cures: Record<Fetch, readonly (readonly [string, string])[]> = {
  atOnce: [
    ['A restart of the service', 'revives a dead fetch worker. It takes up nothing that was queued before it.'],
    [
      'Queue anew',
      'takes the image out of the queue and asks for it once more: after a restart, or by chance without.',
    ],
    ['Prefetch', byReading],
  ],
  periodic: [
    ['A restart of the service', 'starts its job anew, which takes up all that is queued.'],
    ['Prefetch', byReading],
  ],
  byProgram: [
    ['Prefetch', 'runs that program over ssh, or downloads the images through the host, which caches what passes.'],
    ['A restart of the service', 'changes nothing.'],
  ],
};

/** Images that have been queued for longer than expected: the likely causes, and what the operator can do. */
export function StalledQueue({ host, stalled }: { host: HostSummary; stalled: readonly QueuedImage[] }) {
  const { whyNot } = useWhyNot();
  const targets = stalled.map(({ imageId }) => ({ hostId: host.id, imageId }));
  const fetch = host.capabilities?.fetch ?? 'atOnce';
  const nobody = fetch === 'byProgram';
  return (
    <Notice tone="warn">
      <p>
        <b>
          {plural(stalled.length, 'queued image')} {stalled.length === 1 ? 'is' : 'are'} not being fetched
          {nobody ? '.' : ', it seems.'}
        </b>{' '}
        <span className="dim">
          {nobody ? null : (
            <>
              A guess, by the time that they wait (
              <Link href={`${settingsPath}/refresh`}>the patience in Settings, Refresh</Link>) and their size: Glance
              says nothing about a failed fetch. On a very slow store one may still be living.
            </>
          )}
        </span>
      </p>
      <dl className={classes.stalled}>
        <dt>{causes[fetch].length === 1 ? 'Cause' : 'Likely causes'}</dt>
        <dd>
          <ul>
            {causes[fetch].map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        </dd>
        <dt>Ways out</dt>
        <dd>
          <ul>
            {cures[fetch].map(([name, does]) => (
              <li key={name}>
                <b>{name}</b> {does}
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      <div className="row">
        <Button
          whyNot={whyNot(host, 'prefetch')}
          onClick={() => openDialog({ kind: 'prefetch', hostIds: [host.id], only: targets })}
        >
          Prefetch…
        </Button>
        <Button
          whyNot={whyNot(host, 'queue')}
          onClick={() => openDialog({ kind: 'action', action: { kind: 'queue', targets, anew: true } })}
        >
          Queue anew…
        </Button>
        <Button
          kind="danger"
          whyNot={whyNot(host, 'delete')}
          onClick={() => openDialog({ kind: 'delete', from: 'queue', targets })}
        >
          Delete from the queue…
        </Button>
      </div>
    </Notice>
  );
}
