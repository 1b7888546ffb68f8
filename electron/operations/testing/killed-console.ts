import { openDatabase } from '../../store/database.ts';
import { Operations } from '../operations.ts';
import { patient, unmarked } from './fleet-of.ts';
import { RemoteHost } from './remote-host.ts';

/** A console that runs one operation and is killed in the middle: its arguments are a database, a server, an action. */
const [file = '', server = '', action = ''] = process.argv.slice(2);
const { kind, hostIds, imageIds }: { kind: 'queue' | 'delete'; hostIds: string[]; imageIds: string[] } =
  JSON.parse(action);
const hosts = new Map(hostIds.map((id) => [id, new RemoteHost(id, server)]));
await Promise.all([...hosts.values()].map((host) => host.refresh()));

const operations = new Operations({
  access(hostId) {
    const host = hosts.get(hostId);
    if (host) return host;
    throw new Error(`No host ${hostId}`);
  },
  hosts: () => [...hosts.values()].map((host) => host.summary()),
  catalogue: async () => ({ images: imageIds.map((id) => RemoteHost.image(id)), readAt: 1, failure: null }),
  cloud: () => unmarked,
  confirmAbove: () => 20,
  database: openDatabase(file),
  log: { error: complain, warn: complain, info: () => undefined },
  bounds: patient,
});
const targets = hostIds.flatMap((hostId) => imageIds.map((imageId) => ({ hostId, imageId })));
const plan = await operations.plan({ kind, targets });
await operations.start(plan.id);

function complain(...words: unknown[]): void {
  process.stderr.write(`${JSON.stringify(words, (_, value) => (value instanceof Error ? value.stack : value))}\n`);
}
