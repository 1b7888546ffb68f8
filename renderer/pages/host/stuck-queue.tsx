import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { Capabilities } from '../../../electron/contract/hosts.ts';
import type { QueuedImage } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWhyNot } from '../../components/use-why-not.ts';
import { openDialog } from '../../dialogs/dialog-store.ts';
import { plural } from '../../format/numbers.ts';
import { settingsPath } from '../../shell/paths.ts';

type Fetch = Capabilities['fetch'];

/** Why images stay queued, by how a host fetches (glance-cache-api, sections 0, 3, 7 and 11). */
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

const cures: Record<Fetch, string> = {
  atOnce:
    'A restart of glance-api on the host revives a dead worker; then queue anew, which takes the image out of the queue and asks for it once more. Queueing anew alone helps where another process of the service still has a living worker.',
  periodic: 'Restart glance-api on the host, which starts its job anew; or have the image read by a prefetch.',
  byProgram: 'A prefetch runs that program over ssh, or reads the images through the host. A restart changes nothing.',
};

/** Images that stayed queued for longer than the operator's patience: how likely what, and the ways out. */
export function StuckQueue({ host, stalled }: { host: HostSummary; stalled: readonly QueuedImage[] }) {
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
      <dl className="stuck">
        <dt>{causes[fetch].length === 1 ? 'Cause' : 'Likely causes'}</dt>
        <dd>
          <ul>
            {causes[fetch].map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        </dd>
        <dt>Restart of the service</dt>
        <dd>{cures[fetch]}</dd>
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
          onClick={() =>
            openDialog({ kind: 'action', title: 'Queue anew', action: { kind: 'queue', targets, anew: true } })
          }
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
