import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId, HostSettings, PasteReport, pasteHosts } from '../contract/hosts.ts';
import { nameOfAddress } from '../contract/hosts.ts';
import type { CachedImage } from '../contract/images.ts';
import type { HostDisk } from '../contract/remote.ts';
import { readOnDisk } from '../operations/model/operated-host.ts';
import { cleanable, countedBytes, diskDifference } from '../ssh/disk-listing.ts';
import { examineHost } from './discovery-procedures.ts';
import { readPastedHosts } from './pasted-hosts.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';
import type { SettingsStore } from './settings-store.ts';
import { sshAccessOf } from './ssh-access.ts';

export function hostProcedures({ hosts: os }: Implementer, services: Services) {
  const { settings, fleet } = services;
  return {
    add: os.add.handler(async ({ input }) => {
      const { cloudId, address, name, ...rest } = input;
      const host = { id: randomUUID(), cloudId, address, name: name || nameOf(address), ...rest };
      await settings.addHosts(cloudId, [host]);
      return host;
    }),
    update: os.update.handler(({ input: { id, name, address, limitBytes, note, labels, region, remote } }) =>
      settings.updateHost(id, (host) => ({
        ...host,
        name: name ?? host.name,
        address: address ?? host.address,
        limitBytes: limitBytes === undefined ? host.limitBytes : limitBytes,
        note: note ?? host.note,
        labels: labels ?? host.labels,
        region: region === undefined ? host.region : region,
        remote: remote === undefined ? host.remote : remote,
      })),
    ),
    remove: os.remove.handler(async ({ input }) => {
      await settings.removeHosts(input.ids);
      return {};
    }),
    paste: os.paste.handler(({ input }) => paste(settings, input)),
    test: os.test.handler(({ input: { cloudId, address }, signal }) =>
      examineHost(services, settings.cloud(cloudId).id, address, true, signal),
    ),
    images: os.images.handler(({ input }) => fleet.images(input.id)),
    disk: os.disk.handler(({ input, signal }) => readHostDisk(services, input.id, signal)),
    refresh: os.refresh.handler(async ({ input, signal }) => {
      await fleet.refresh(input.ids, signal);
      return {};
    }),
  };
}

async function paste(
  settings: SettingsStore,
  { cloudId, region, text, add }: z.infer<typeof pasteHosts>,
): Promise<PasteReport> {
  const taken = settings.hosts.filter((host) => host.cloudId === settings.cloud(cloudId).id);
  const lines = readPastedHosts(text, new Map(taken.map((host) => [host.address, host.name])));
  if (!add) return { lines };
  const hosts: HostSettings[] = [];
  for (const { outcome, address, name, limitBytes } of lines) {
    if (outcome !== 'willAdd' || address === null) continue;
    hosts.push({
      id: randomUUID(),
      cloudId,
      address,
      name: name ?? nameOf(address),
      limitBytes,
      note: '',
      labels: [],
      region,
      remote: null,
    });
  }
  if (hosts.length > 0) await settings.addHosts(cloudId, hosts);
  return { lines: lines.map((line) => (line.outcome === 'willAdd' ? { ...line, outcome: 'added' } : line)) };
}

function nameOf(address: string): string {
  return nameOfAddress(address).slice(0, 100);
}

/** Reads a host's cache directory over ssh, and its cache list at about the same time. Read-only. */
async function readHostDisk(
  { settings, fleet, ssh }: Pick<Services, 'settings' | 'fleet' | 'ssh'>,
  hostId: HostId,
  signal: AbortSignal = new AbortController().signal,
): Promise<HostDisk> {
  // Throws when there is no such host.
  const host = fleet.access(hostId);
  const access = sshAccessOf(settings, hostId);
  if (!access) {
    throw new ExpectedFailure({
      code: 'unsupported',
      message: `Reading the cache directory of ${host.summary().name} requires SSH access, which is not set up.`,
      remedy: 'Set up SSH access in the host or cloud settings.',
      notSent: true,
    });
  }
  const { configuration, listing } = await readOnDisk(ssh, access, signal);
  const records = await listed();
  return {
    configuration,
    listing,
    cleanable: cleanable(listing, configuration.stallSeconds),
    countedBytes: countedBytes(listing, configuration.driver),
    difference: records ? diskDifference(listing, records) : null,
  };

  /** The host's cached images; undefined when it does not answer, or lists null. */
  async function listed(): Promise<readonly CachedImage[] | undefined> {
    try {
      const { cached } = await host.refresh(signal);
      return host.summary().warnings.some(({ kind }) => kind === 'nullList') ? undefined : cached;
    } catch (error) {
      if (error instanceof ExpectedFailure && !signal.aborted) return undefined;
      throw error;
    }
  }
}
