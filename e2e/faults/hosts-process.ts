import { FaultHosts } from './fault-hosts.ts';
import type { HostsCall, HostsMessage } from './hosts-messages.ts';

// A process with simulated hosts, which keep running when a console is killed. It answers calls of the process that
// started it, and ends with it.

const clouds = new Map<string, FaultHosts>();
const post = (message: HostsMessage) => void process.send?.(message);

function find(id: string): FaultHosts {
  const cloud = clouds.get(id);
  if (!cloud) throw new Error(`There is no cloud ${id}`);
  return cloud;
}

async function answer(call: HostsCall): Promise<unknown> {
  switch (call.name) {
    case 'open': {
      const cloud = new FaultHosts(call.spec, (moment) => post({ kind: 'moment', cloud: call.cloud, ...moment }));
      clouds.set(call.cloud, cloud);
      return cloud.start();
    }
    case 'rules':
      return find(call.cloud).setRules(call.rules);
    case 'boot':
      return find(call.cloud).boot(call.hostName, call.images);
    case 'quiet':
      return find(call.cloud).quiet();
    case 'truth':
      return find(call.cloud).truth();
    case 'close': {
      const cloud = find(call.cloud);
      clouds.delete(call.cloud);
      return cloud.close();
    }
  }
}

process.on('message', (message: { id: number; call: HostsCall }) => {
  answer(message.call).then(
    (result) => post({ kind: 'answer', id: message.id, result }),
    (error: unknown) => post({ kind: 'failure', id: message.id, text: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
