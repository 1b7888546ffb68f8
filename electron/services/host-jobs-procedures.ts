import { needsSsh } from '../automation/host-jobs.ts';
import type { HostId } from '../contract/hosts.ts';
import { readCacheConfiguration } from '../ssh/cache-configuration.ts';
import { readRelease } from '../ssh/glance-release.ts';
import { suggestJobs } from '../ssh/job-suggestions.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';
import { sshAccessOf } from './ssh-access.ts';

export function hostJobsProcedures({ hostJobs: os }: Implementer, services: Services) {
  const { externalRemovals, fleet, hostJobs } = services;
  return {
    list: os.list.handler(() => {
      const isThere = new Set(fleet.summaries().map(({ id }) => id));
      const removals = externalRemovals.list().filter(({ hostId }) => isThere.has(hostId));
      return { hosts: hostJobs.list(), removals };
    }),
    read: os.read.handler(({ input, signal }) => hostJobs.read(fleet.access(input.hostId).summary().id, signal)),
    suggest: os.suggest.handler(({ input, signal }) => suggest(services, input.hostId, signal)),
  };
}

/** Jobs for a host, with the user, the configuration and the release that ssh finds there. Read-only. */
async function suggest({ fleet, settings, ssh }: Services, hostId: HostId, signal?: AbortSignal) {
  const access = sshAccessOf(settings, fleet.access(hostId).summary().id);
  if (!access) throw needsSsh();
  const [release, configuration] = await Promise.all([
    readRelease(ssh, access, { signal }),
    readCacheConfiguration(ssh, access, { signal }),
  ]);
  const user = await ssh.run({ ...access, prefix: [] }, { program: ['id', '-un'], deadlineMs: 30_000, signal });
  const suggestions = suggestJobs({
    access,
    configFiles: configuration.files,
    directory: configuration.directory,
    user: user.stdout.toString('utf8').trim() || 'glance',
    release,
  });
  return { suggestions, release: `${release.major}.${release.minor}` };
}
