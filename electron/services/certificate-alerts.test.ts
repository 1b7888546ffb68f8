import { expect, it } from 'vitest';
import { hasOpenssl, makeAuthority } from '../http/testing/certificates.ts';
import { startServer } from '../http/testing/local-server.ts';
import { testServices } from './testing/test-services.ts';

it.skipIf(!hasOpenssl())(
  'an alert says when the certificate of a host expires, until the host is removed',
  async () => {
    const authority = makeAuthority();
    await using console = await testServices({ env: { NO_PROXY: '*' } });
    const server = await startServer(() => ({ status: 404, body: '{}' }), authority.sign('host'));
    try {
      const { client, services } = console;
      await client.preferences.update({ alerts: { expiring: { enabled: true, days: 60 } } });
      const { id: cloudId } = await client.clouds.add({
        name: 'One',
        source: { kind: 'typed', login: { kind: 'none' }, connection: { cacert: authority.certFile } },
      });
      const { id } = await client.hosts.add({ cloudId, address: server.url, name: 'a', limitBytes: null });
      await client.hosts.refresh({});
      const expiring = async () => {
        await services.alerts.evaluate();
        const { alerts } = await client.alerts.list({});
        return alerts.filter(({ rule }) => rule === 'expiring').map(({ title }) => title);
      };
      expect(await expiring()).toEqual([`The certificate of ${server.url} expires in 30 days`]);
      await client.hosts.remove({ ids: [id] });
      expect(await expiring()).toEqual([]);
    } finally {
      await server.close();
      authority.remove();
    }
  },
);
