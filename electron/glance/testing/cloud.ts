import { type Received, type Reply, startServer } from '../../http/testing/local-server.ts';
import { Session } from '../../keystone/keystone-session.ts';

/** A host under test, with a Keystone beside it that gives token-1, token-2 and so on. */
export type TestCloud = {
  address: string;
  session: Session;
  /** What the host was asked, as `GET /v2/cache`. */
  asked: () => string[];
  received: Received[];
  logins: () => number;
  close(): Promise<void>;
};

/** Starts a Keystone and a host that gives the set answers. `roles` are those of the login. */
export async function startCloud(
  answer: (request: Received) => Reply | Promise<Reply>,
  options: { roles?: string[]; login?: 'none' } = {},
): Promise<TestCloud> {
  let logins = 0;
  const keystone = await startServer(() => {
    logins += 1;
    const roles = (options.roles ?? ['admin']).map((name) => ({ id: name, name }));
    const token = { user: { id: 'u', name: 'alice' }, project: { id: 'p', name: 'ops' }, roles, catalog: [] };
    return { status: 201, headers: { 'x-subject-token': `token-${logins}` }, body: { token } };
  });
  const host = await startServer(answer);
  const session = new Session({
    resolve: async () => ({
      login:
        options.login === 'none' ? { kind: 'none' } : { kind: 'password', authUrl: keystone.url, username: 'alice' },
      secret: 'hunter2',
      connection: { interface: 'public', verify: true },
    }),
  });
  return {
    address: host.url,
    session,
    asked: () => host.received.map(({ method, path }) => `${method} ${path}`),
    received: host.received,
    logins: () => logins,
    close: async () => {
      await session.close();
      await Promise.all([keystone.close(), host.close()]);
    },
  };
}
