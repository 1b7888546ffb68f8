import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { testServices, until } from './testing/test-services.ts';

test('the name of the console is in its journal, and in its requests to Keystone and Glance', async () => {
  const agents = new Map<string, string | undefined>();
  const server = createServer((request, response) => {
    agents.set(request.url ?? '', request.headers['user-agent']);
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await using running = await testServices({ consoleName: 'ops-1', demo: { hosts: 1, images: 5, seed: 1 } });
  const { client } = running;

  const [host] = (await running.state()).hosts;
  const hostIds = [host?.id ?? ''];
  await client.hosts.refresh({ ids: hostIds });
  const events = await client.events({});
  const plan = await client.operations.plan({ kind: 'clear', hostIds, what: 'cache' });
  const { id } = await client.operations.start({ planId: plan.id, typedName: plan.typedName ?? undefined });
  await until(
    events,
    (event) => event.type === 'operation' && event.operation.id === id && event.operation.endedAt !== null,
  );
  await events.return?.();
  await running.restart({ consoleName: 'ops-2' });
  const { operations } = await running.client.operations.list({});
  expect(operations.map((operation) => [operation.id, operation.console])).toEqual([[id, 'ops-1']]);

  const login = {
    kind: 'password' as const,
    authUrl: `http://127.0.0.1:${port}/v3`,
    username: 'admin',
    projectName: 'admin',
  };
  const connection = { interface: 'public' as const, verify: true };
  const source = { kind: 'typed' as const, login, connection };
  const cloud = await running.client.clouds.add({ name: 'Lab', source, secret: 'secret' });
  await expect(running.client.clouds.test({ id: cloud.id })).rejects.toThrow('503');
  const open = { kind: 'typed' as const, login: { kind: 'none' as const }, connection };
  const { id: cloudId } = await running.client.clouds.add({ name: 'Open', source: open });
  const added = await running.client.hosts.add({ cloudId, address: `http://127.0.0.1:${port}` });
  await running.client.hosts.refresh({ ids: [added.id] });
  server.close();
  expect(agents.get('/v3/auth/tokens')).toBe('glance-cache-console/0.0.0 (ops-2)');
  // Glance is asked for its versions first.
  expect(agents.get('/')).toBe('glance-cache-console/0.0.0 (ops-2)');
});
