import { Link } from 'wouter';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { Capabilities } from '../../../electron/contract/hosts.ts';
import type { QueuedImage } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { Notice } from '../../components/notice.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { settingsPath } from '../../lib/routes.ts';
import classes from './host.module.css';

type Fetch = Capabilities['fetch'];

/** Why images stay queued, by how a host fetches (docs/glance-cache-api.md, sections 0, 3, 7 and 11). */
const causes: Record<Fetch, readonly string[]> = {
  atOnce: [
    'An earlier fetch failed (data missing in the store, or a checksum mismatch) and ended the fetch worker of that API process. The process accepts requests but fetches nothing.',
    'The service was restarted with images in its queue. It does not resume them.',
    'It was queued through the older middleware paths, as glance-cache-manage does. They do not wake a worker.',
  ],
  periodic: [
    'The host’s prefetch job (cache_prefetcher_interval, 300 s by default) is off or fails. See its log.',
    'The image’s data is missing in the store or does not match its checksum. Each run fails again.',
  ],
  byProgram: ['This release needs glance-cache-prefetcher, usually run from cron.'],
};

const byReading = 'downloads the image through the host, which caches it. No worker is needed.';

/** The operator's possible actions, by name. */
const cures: Record<Fetch, readonly (readonly [string, string])[]> = {
  atOnce: [
    ['Restarting the service', 'restarts a dead fetch worker. It does not resume images that were queued before.'],
    ['Requeue', 'removes the image from the queue and queues it again. Use it after a restart.'],
    ['Prefetch', byReading],
  ],
  periodic: [
    ['Restarting the service', 'restarts its job, which fetches all queued images.'],
    ['Prefetch', byReading],
  ],
  byProgram: [
    ['Prefetch', 'runs that program over SSH, or downloads the images through the host, which caches them.'],
    ['Restarting the service', 'has no effect.'],
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
              Estimated from the waiting time (
              <Link href={`${settingsPath}/refresh`}>Stalled after in Settings, Refresh</Link>) and the size. Glance
              does not report failed fetches. On a very slow store the fetch may still be in progress.
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
        <dt>Remediation</dt>
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
          Requeue…
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
