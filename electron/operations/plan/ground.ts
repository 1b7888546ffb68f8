import type { CloudId } from '../../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Catalogue, ImageId } from '../../contract/images.ts';
import type { Action } from '../../contract/operations.ts';
import type { RemoteAccess } from '../../contract/remote.ts';
import type { Ssh } from '../../ssh/ssh.ts';
import type { Bounds } from '../model/bounds.ts';
import type { Guard } from '../model/guard.ts';
import type { OperatedHost } from '../model/host-access.ts';
import { lookAtPrefetcher, lookOnDisk, type OperatedRemote } from '../model/remote.ts';
import { type CatalogueLook, type Ground, type HostLook, lookAtCatalogue, lookAtHost, notNow } from './look.ts';
import { chosenRung } from './rungs.ts';

/** Milliseconds that a plan waits for a host that it has to ask. */
const askFor = 10_000;
const askOnDiskFor = 180_000;
const nothingRead = lookAtCatalogue(undefined);

export type Scene = {
  access(hostId: HostId): OperatedHost;
  hosts(): HostSummary[];
  catalogue(cloudId: CloudId): Promise<Catalogue>;
  asking(hostId: HostId): ReadonlySet<ImageId>;
  guard: Guard;
  remote: OperatedRemote | undefined;
  confirmAbove: number;
  bounds: Bounds;
  now: number;
};

/** Gathers what a plan is made from. It reads, and asks a host only whose snapshot is missing or old; changes nothing. */
export async function gather(action: Action, scene: Scene): Promise<Ground> {
  const wanted = new Set(hostsOf(action));
  const looks = await lookAtHosts(wanted, scene);
  const { kind } = action;
  const disks = await askOverSsh(looks, scene, () => kind === 'prune' || kind === 'clean', lookOnDisk);
  const queueing = ({ queued, summary }: HostLook) =>
    action.kind === 'prefetch' && queued.size > 0 && chosenRung(action, summary.id) !== 'read';
  const prefetchers = await askOverSsh(looks, scene, queueing, lookAtPrefetcher);
  const summaries = [...looks.values()].map((look) => look.summary);
  const catalogues = new Map<CloudId, CatalogueLook>();
  if (action.kind === 'queue' || action.kind === 'align' || action.kind === 'prefetch') {
    const clouds = new Set(summaries.map((summary) => summary.cloudId));
    await Promise.all([...clouds].map(async (id) => catalogues.set(id, await readCatalogue(id, scene))));
  }
  return {
    host: (hostId) => looks.get(hostId),
    disk: (hostId) => disks.get(hostId),
    prefetcher: (hostId) => prefetchers.get(hostId),
    catalogue: (cloudId) => catalogues.get(cloudId) ?? nothingRead,
    now: scene.now,
    confirmAbove: scene.confirmAbove,
  };
}

function hostsOf(action: Action): HostId[] {
  if (action.kind === 'align') return [...action.queue, ...action.delete].map(({ hostId }) => hostId);
  return 'targets' in action ? action.targets.map(({ hostId }) => hostId) : action.hostIds;
}

/** Looks at those of the hosts that the console still has. */
export async function lookAtHosts(wanted: ReadonlySet<HostId>, scene: Scene): Promise<ReadonlyMap<HostId, HostLook>> {
  const ids = scene.hosts().flatMap(({ id }) => (wanted.has(id) ? [id] : []));
  return new Map(await Promise.all(ids.map(async (id) => [id, await lookAt(id, scene)] as const)));
}

/** Asks those of the hosts over ssh that can be, and are as `worth` says. */
async function askOverSsh<Answer>(
  looks: ReadonlyMap<HostId, HostLook>,
  { remote }: Scene,
  worth: (look: HostLook) => boolean,
  ask: (ssh: Ssh, access: RemoteAccess, signal: AbortSignal) => Promise<Answer>,
): Promise<ReadonlyMap<HostId, Answer>> {
  const answers = new Map<HostId, Answer>();
  if (!remote) return answers;
  // Long enough for a person to answer what ssh asks.
  const signal = AbortSignal.timeout(askOnDiskFor);
  await Promise.all(
    [...looks].map(async ([hostId, look]) => {
      const access = remote.access(hostId);
      if (access && notNow(look) === undefined && worth(look)) {
        answers.set(hostId, await ask(remote.ssh, access, signal));
      }
    }),
  );
  return answers;
}

async function lookAt(hostId: HostId, scene: Scene): Promise<HostLook> {
  const access = scene.access(hostId);
  let failure: Failure | null = null;
  let capabilities = access.summary().capabilities;
  const { state, refreshedAt } = access.summary();
  const old = refreshedAt === null || scene.now - refreshedAt > scene.bounds.planFresh;
  if (state === 'failed') failure = access.summary().failure;
  else if (old || !capabilities) {
    try {
      const signal = AbortSignal.timeout(askFor);
      capabilities = await access.capabilities(signal);
      if (old) await access.refresh(signal);
    } catch (error) {
      failure = failureOf(error, access.summary());
    }
  }
  return lookAtHost(access.summary(), access.images(), {
    capabilities,
    failure,
    asking: scene.asking(hostId),
    dequeued: access.state.recentDequeues,
    prune: access.state.pruneLock,
    runningPrune: access.state.runningPrune,
    overSsh: (scene.remote?.access(hostId) ?? null) !== null,
    cloud: scene.guard.marks(access.summary().cloudId),
    closed: scene.guard.closed(access.summary().cloudId),
  });
}

export async function readCatalogue(cloudId: CloudId, scene: Scene): Promise<CatalogueLook> {
  try {
    return lookAtCatalogue(await scene.catalogue(cloudId));
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    return { ...nothingRead, failure: error.failure };
  }
}

function failureOf(error: unknown, { name, address }: HostSummary): Failure {
  if (error instanceof ExpectedFailure && error.failure.code !== 'interrupted') return error.failure;
  if (!(error instanceof ExpectedFailure) && !(error instanceof DOMException)) throw error;
  return {
    code: 'timeout',
    message: `${name} (${address}) did not answer within ${askFor / 1_000} s.`,
    remedy: 'Look whether the host and its glance-api service run, then plan again.',
  };
}
