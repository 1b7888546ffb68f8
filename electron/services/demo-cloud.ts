import type { CloudSettings } from '../contract/clouds.ts';
import type { HostSettings } from '../contract/hosts.ts';
import { type DemoCloud, type DemoOptions, startDemoCloud } from '../demo/simulated-cloud.ts';
import { generateHistory } from '../demo/simulated-traffic.ts';
import type { ResolvedCloud } from '../keystone/cloud-login.ts';
import type { Sample } from '../trends/trend-writer.ts';

/** The demo cloud and its hosts have the same ids at every start, so that the page finds its saved view of them. */
const cloudId = 'demo';

/** Whether a cloud is the demo cloud. */
export function isDemo(id: string | undefined): boolean {
  return id === cloudId;
}

/** Starts the embedded demo cloud on first use. */
export class DemoCloudStarter {
  readonly #options: Pick<DemoOptions, 'hosts' | 'regions' | 'images' | 'seed' | 'growth'>;
  #starting: Promise<DemoCloud> | undefined;

  constructor(options: Pick<DemoOptions, 'hosts' | 'regions' | 'images' | 'seed' | 'growth'>) {
    this.#options = options;
  }

  start(): Promise<DemoCloud> {
    if (this.#starting) return this.#starting;
    const starting = startDemoCloud({ growth: true, ...this.#options });
    this.#starting = starting;
    starting.catch(() => {
      // The caller receives the error; the next call tries again.
      if (this.#starting === starting) this.#starting = undefined;
    });
    return starting;
  }

  /** The settings of the demo cloud and its hosts. */
  async entries(): Promise<{ cloud: CloudSettings; hosts: HostSettings[] }> {
    const { hosts } = await this.start();
    return {
      cloud: {
        id: cloudId,
        name: 'Demo cloud',
        source: { kind: 'demo' },
        readOnly: false,
        production: false,
        remote: null,
      },
      hosts: hosts.map(({ name, address, limitBytes, region }) => ({
        id: `${cloudId}-${name}`,
        cloudId,
        name,
        address,
        limitBytes,
        note: '',
        labels: [name.startsWith('edge-') ? 'edge' : 'core'],
        region: (this.#options.regions ?? 1) > 1 ? region : null,
        remote: null,
      })),
    };
  }

  async resolve(): Promise<ResolvedCloud> {
    const { authUrl, login } = await this.start();
    const { password, ...admin } = login.admin;
    return {
      login: { kind: 'password', authUrl, ...admin },
      secret: password,
      connection: { interface: 'public', verify: true },
    };
  }

  async stop(): Promise<void> {
    const running = await this.#starting;
    this.#starting = undefined;
    await running?.close();
  }
}

/** Simulated samples of the time before the demo cloud was opened. They are not stored. */
export function simulatedPast(look: Sample): Sample[] {
  const { hostId, address, at, sizeBytes, limitBytes, images, queued, cached } = look;
  const past = generateHistory(
    { sizeBytes, limitBytes, images, hits: cached.filter(({ hits }) => hits > 0) },
    at,
    hostId,
  );
  return past.map((each) => ({ hostId, address, limitBytes, queued, ...each }));
}
