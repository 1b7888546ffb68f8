import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RealDescription, RealHost } from './description.ts';
import { restoreGlance, startGlance } from './glance-bookworm.ts';
import { Keystone, passwordToken } from './identity.ts';
import { freePorts, type Server } from './processes.ts';
import { warmUp } from './warm-up.ts';

const limitBytes = 5 * 1024 * 1024;

export type ThirdRegion = {
  /** Its name in Keystone's catalogue, whose image endpoint is the first host. */
  name: string;
  hosts: RealHost[];
  stop(): Promise<void>;
};

/**
 * Starts two more hosts of bookworm's Glance in a region of their own of the Keystone that `npm run test:real` started.
 * Their image database begins as a dump of that of another host: it has all the images that the other has at present.
 * They are not among the hosts of the description, so that only the specs of several regions pay for them.
 */
export async function startThirdRegion(
  { authUrl, admin, service }: RealDescription,
  dumped: RealHost,
): Promise<ThirdRegion> {
  const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-region-'));
  const servers: Server[] = [];
  const stop = async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const ports = await freePorts(2);
    // The regions of earlier starts stay in Keystone.
    const name = `RegionThree-${ports[0]}`;
    const keystone = await Keystone.logIn(authUrl, admin);
    await keystone.createRegion(name);
    await keystone.createService('image', 'glance', { [name]: `http://127.0.0.1:${ports[0]}` });
    await restoreGlance(directory, dumped);
    const started = await startGlance(
      ports.map((port, index) => ({ name: `glance-three-${'ab'[index]}`, port, limitBytes, caching: true })),
      {
        directory,
        service: { authUrl, username: service.username, password: service.password },
        started: (server) => servers.push(server),
      },
    );
    const token = await passwordToken(authUrl, admin);
    await Promise.all(started.map(({ address }) => warmUp(address, token)));
    return {
      name,
      hosts: started.map((host) => ({ ...host, release: '', glance: 'bookworm' as const, region: name, limitBytes })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
