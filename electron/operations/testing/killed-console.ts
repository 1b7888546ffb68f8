import { flushCompileCache } from 'node:module';
import { openDatabase } from '../../store/database.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import { Operations } from '../operations.ts';
import { patient, unmarked } from './fleet-of.ts';
import { RemoteHost } from './remote-host.ts';

// A killed process does not write its compile cache, so it is written now, for the next one.
flushCompileCache();

/** A console that runs one operation and is killed during it: its arguments are a database, a server, an action. */
const [file = '', server = '', action = ''] = process.argv.slice(2);
type Asked = { kind: 'queue' | 'delete' | 'align'; hostIds: string[]; gone: string[]; come: string[] };
const { kind, hostIds, gone, come }: Asked = JSON.parse(action);
const hosts = new Map(hostIds.map((id) => [id, new RemoteHost(id, server)]));
await Promise.all([...hosts.values()].map((host) => host.refresh()));

const operations = new Operations({
  access(hostId) {
    const host = hosts.get(hostId);
    if (host) return host;
    throw new Error(`No host ${hostId}`);
  },
  hosts: () => [...hosts.values()].map((host) => host.summary()),
  catalogue: async () => ({ images: [...gone, ...come].map((id) => RemoteHost.image(id)), readAt: 1, failure: null }),
  cloud: () => unmarked,
  confirmAbove: () => 20,
  database: openDatabase(file),
  storage: new StorageHealth(null),
  log: { error: complain, warn: complain, info: () => undefined },
  limits: patient,
});
const on = (imageIds: string[]) => hostIds.flatMap((hostId) => imageIds.map((imageId) => ({ hostId, imageId })));
const plan = await operations.plan(
  kind === 'align' ? { kind, queue: on(come), delete: on(gone) } : { kind, targets: on([...gone, ...come]) },
);
await operations.start(plan.id);

function complain(...words: unknown[]): void {
  process.stderr.write(`${JSON.stringify(words, (_, value) => (value instanceof Error ? value.stack : value))}\n`);
}
