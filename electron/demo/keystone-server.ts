import type { Accounts } from './accounts.ts';
import { Faults } from './faults.ts';
import { keystone } from './keystone.ts';
import { RequestLog } from './request-log.ts';
import { DemoServer } from './server.ts';
import type { TokenStore } from './tokens.ts';

/** The simulated Keystone behind its HTTP server. */
export class DemoKeystone {
  readonly server: DemoServer;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly tokens: TokenStore;
  /** For how long a host tries to reach a Keystone that is down, before it calls the token invalid. */
  retryMs = 3_500;
  /** What the catalog names as the image service instead of the first host; null leaves the service out. */
  imageUrl: string | null | undefined;

  constructor(options: {
    accounts: Accounts;
    tokens: TokenStore;
    now: () => number;
    imageUrl: () => string | undefined;
  }) {
    const { accounts, tokens, now } = options;
    this.tokens = tokens;
    this.server = new DemoServer(async (request) => {
      const entry = this.log.add(request, now());
      const reply = await this.faults.play(request, async () =>
        keystone(
          {
            accounts,
            tokens,
            address: () => this.address,
            imageUrl: () => (this.imageUrl === undefined ? options.imageUrl() : (this.imageUrl ?? undefined)),
          },
          request,
        ),
      );
      if (typeof reply !== 'string') entry.status = reply.status;
      return reply;
    });
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get authUrl(): string {
    return `${this.address}/v3`;
  }

  get up(): boolean {
    return this.server.listening;
  }
}
