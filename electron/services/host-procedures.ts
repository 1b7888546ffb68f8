import { randomUUID } from 'node:crypto';
import { nameOfAddress } from '../contract/address.ts';
import type { HostSettings, PasteReport } from '../contract/hosts.ts';
import { examineHost } from './discovery-procedures.ts';
import { readHostDisk } from './host-disk.ts';
import type { Inventory } from './inventory.ts';
import { readPaste } from './paste.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function hostProcedures({ hosts: os }: Implementer, rooms: Rooms) {
  const { inventory, fleet } = rooms;
  return {
    add: os.add.handler(async ({ input }) => {
      const { cloudId, address, name, ...rest } = input;
      const host = { id: randomUUID(), cloudId, address, name: name || nameOf(address), ...rest };
      await inventory.addHosts(cloudId, [host]);
      return host;
    }),
    update: os.update.handler(({ input: { id, name, address, limitBytes, note, labels, remote } }) =>
      inventory.updateHost(id, (host) => ({
        ...host,
        name: name ?? host.name,
        address: address ?? host.address,
        limitBytes: limitBytes === undefined ? host.limitBytes : limitBytes,
        note: note ?? host.note,
        labels: labels ?? host.labels,
        remote: remote === undefined ? host.remote : remote,
      })),
    ),
    remove: os.remove.handler(async ({ input }) => {
      await inventory.removeHosts(input.ids);
      return {};
    }),
    paste: os.paste.handler(({ input }) => paste(inventory, input.cloudId, input.text, input.add)),
    test: os.test.handler(({ input: { cloudId, address }, signal }) =>
      examineHost(rooms, inventory.cloud(cloudId).id, address, signal),
    ),
    images: os.images.handler(({ input }) => fleet.images(input.id)),
    disk: os.disk.handler(({ input, signal }) => readHostDisk(rooms, input.id, signal)),
    refresh: os.refresh.handler(async ({ input, signal }) => {
      await fleet.refresh(input.ids, signal);
      return {};
    }),
  };
}

async function paste(inventory: Inventory, cloudId: string, text: string, add: boolean): Promise<PasteReport> {
  const taken = inventory.hosts.filter((host) => host.cloudId === inventory.cloud(cloudId).id);
  const lines = readPaste(text, new Map(taken.map((host) => [host.address, host.name])));
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
      remote: null,
    });
  }
  if (hosts.length > 0) await inventory.addHosts(cloudId, hosts);
  return { lines: lines.map((line) => (line.outcome === 'willAdd' ? { ...line, outcome: 'added' } : line)) };
}

function nameOf(address: string): string {
  return nameOfAddress(address).slice(0, 100);
}
