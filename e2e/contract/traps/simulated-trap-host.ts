import type { DemoCloud } from '../../../electron/demo/simulated-cloud.ts';
import { until } from './operator.ts';
import type { TrapHost } from './trap-host.ts';

/** A simulated host on which every trap can be caused. */
export function simulatedTrapHost({ control, authUrl, login }: DemoCloud, name: string): TrapHost {
  const host = control.host(name);
  const { node } = host;
  const { username, password, projectName } = login.admin;
  return {
    address: host.address,
    authUrl,
    admin: { username, password, project: projectName },
    limitBytes: node.limitBytes,
    announce: async (address) => control.keystone.setImageUrl(address),
    makeImage: async (imageName, size = 20_000) => control.addImage({ name: imageName, size }).id,
    queueWithoutFetch: async (imageId) => host.enqueue(imageId),
    list: async () => {
      const { cached, queued } = host.state();
      return { cached: node.nullList ? null : cached.map((row) => row.imageId), queued };
    },
    empty: async () => host.empty(),
    useOneProcess: async () => undefined,
    restart: () => host.restart(),
    loseData: async (imageId) => host.breakImage(imageId),
    holdFetch: async (imageId) => {
      host.holdFetches();
      return {
        begun: () => until(() => host.state().fetching === imageId, `${imageId} to be fetched`),
        release: async () => host.releaseFetches(),
      };
    },
    gapAtEnd: async (imageId) => {
      node.worker.slow(imageId, 50);
      const end = node.worker.holdGap(imageId);
      return async () => end();
    },
    addFileWithoutRecord: async (bytes) => {
      node.cache.strayBytes = bytes;
      return async () => {
        node.cache.strayBytes = 0;
      };
    },
    cutKeystone: async () => {
      const mend = host.fault({ kind: 'status', status: 401 }, { path: /^\/v2\// });
      return async () => mend();
    },
    breakCacheDatabase: async () => {
      node.nullList = true;
      return async () => {
        node.nullList = false;
      };
    },
    moveToNewYork: async () => {
      node.timeShift = 5 * 3_600;
      return async () => {
        node.timeShift = 0;
      };
    },
    close: async () => undefined,
  };
}
