import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import { type CacheConfiguration, type RemoteAccess, type RemoteVerdict, remoteAccess } from '../contract/remote.ts';
import { formatSize } from '../contract/sizes.ts';
import { readCacheConfiguration } from '../ssh/cache-configuration.ts';
import { readDisk } from '../ssh/disk-listing.ts';
import { readRelease } from '../ssh/glance-release.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { RemoteFailure, type RemoteProblem } from '../ssh/ssh-failures.ts';
import type { SettingsStore } from './settings-store.ts';

/** The ssh access of a host: its own, or its cloud's; null when neither is set up. */
export function sshAccessOf(settings: SettingsStore, hostId: HostId): RemoteAccess | null {
  const host = settings.hosts.find(({ id }) => id === hostId);
  if (!host) return null;
  if (host.remote) return host.remote;
  const ofCloud = settings.clouds.find(({ id }) => id === host.cloudId)?.remote ?? null;
  if (!ofCloud) return null;
  const { user, ...rest } = ofCloud;
  const name = new URL(host.address).hostname.replace(/^\[(.*)\]$/, '$1');
  const access = remoteAccess.safeParse({ ...rest, destination: user === null ? name : `${user}@${name}` });
  return access.success ? access.data : null;
}

/** The hosts that have an ssh access. */
export function hostsWithSsh(settings: SettingsStore): ReadonlySet<HostId> {
  return new Set(settings.hosts.flatMap(({ id }) => (sshAccessOf(settings, id) ? [id] : [])));
}

type Step = RemoteVerdict['steps'][number];

/** The problems that can only occur after ssh has logged in. */
const afterLogin: ReadonlySet<RemoteProblem> = new Set([
  'becomeNeedsPassword',
  'becomeNeedsTerminal',
  'becomeRefused',
  'prefixMissing',
  'prefixFailed',
  'loginRefused',
  'programMissing',
]);

/** Tests an ssh access step by step. Steps that need a failed one are skipped. Read-only. */
export async function testSshAccess(ssh: Ssh, access: RemoteAccess, signal?: AbortSignal): Promise<RemoteVerdict> {
  const verdict: RemoteVerdict = { steps: [], release: null, configuration: null, failure: null };
  const say = (step: Step['step'], outcome: Step['outcome'], text: string) =>
    verdict.steps.push({ step, outcome, text: text.slice(0, 2_000) });
  /** The result, or undefined when the work throws an `ExpectedFailure`. */
  async function attempt<T>(work: Promise<T>, failed: (failure: Failure, error: unknown) => void) {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof ExpectedFailure)) throw error;
      verdict.failure ??= error.failure;
      failed(error.failure, error);
      return undefined;
    }
  }
  const failedAt = (step: Step['step']) => (failure: Failure) =>
    void say(step, 'failed', `${failure.message} ${failure.remedy}`);

  const who = await attempt(
    ssh.run(access, { program: ['sh', '-c', 'id -un || echo unknown; uname -n'], deadlineMs: 30_000, signal }),
    (failure, error) => {
      const loggedIn = error instanceof RemoteFailure && afterLogin.has(error.problem);
      if (loggedIn) say('reaches', 'ok', `SSH login to ${access.destination} succeeded.`);
      failedAt(loggedIn ? 'becomes' : 'reaches')(failure);
      if (!loggedIn) say('becomes', 'skipped', 'Skipped.');
    },
  );
  if (!who) {
    for (const step of ['programs', 'configuration', 'directory'] as const) say(step, 'skipped', 'Skipped.');
    return verdict;
  }
  const [user = '', machine = ''] = who.stdout
    .toString('utf8')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .split('\n');
  const noise = who.shellNoise.trim();
  if (noise === '') say('reaches', 'ok', `SSH login to ${access.destination} succeeded.`);
  else say('reaches', 'warning', `SSH login to ${access.destination} succeeded. ${noiseWords(noise)}`);
  say('becomes', 'ok', `Programs run as ${user} on ${machine}.`);

  const release = await attempt(readRelease(ssh, access, { signal }), failedAt('programs'));
  if (release) {
    verdict.release = `${release.major}.${release.minor}`;
    say('programs', 'ok', `Glance ${verdict.release} programs found.`);
  }
  const configuration = await attempt(
    readCacheConfiguration(ssh, access, { major: release?.major, signal }),
    failedAt('configuration'),
  );
  if (configuration) {
    verdict.configuration = configuration;
    const outcome = configuration.directory === null ? 'failed' : configuration.problems.length > 0 ? 'warning' : 'ok';
    say('configuration', outcome, configurationWords(configuration));
  }
  if (!configuration || configuration.directory === null) {
    say('directory', 'skipped', 'Skipped.');
    return verdict;
  }
  const listing = await attempt(readDisk(ssh, access, configuration.directory, { signal }), failedAt('directory'));
  if (listing) say('directory', 'ok', `${listing.directory} is readable: ${listing.files.length} files.`);
  return verdict;
}

/** What the login shell prints disturbs other tools (scp, rsync, Ansible); the console ignores it. */
function noiseWords(noise: string): string {
  const [first = ''] = noise.split('\n');
  const shown = first.length > 200 ? `${first.slice(0, 200)}…` : first;
  return `The shell prints text for every command: “${shown}”. The console ignores it, but scp and rsync may fail. Print only in interactive shells in ~/.bashrc.`;
}

function configurationWords({
  directory,
  limitBytes,
  stallSeconds,
  driver,
  files,
  problems,
}: CacheConfiguration): string {
  const where = `Read from ${files.join(', ')}.`;
  if (directory === null) return `${where} No cache directory set (image_cache_dir).`;
  const words = [`${where} Directory ${directory}, limit ${formatSize(limitBytes)}, stall time ${stallSeconds} s`];
  if (driver !== '') words.push(`, driver ${driver}`);
  return `${words.join('')}. ${problems.join(' ')}`.trim();
}
