import { afterEach, describe, expect, it } from 'vitest';
import { hostVerdict } from '../contract/hosts.ts';
import { hasOpenssl, makeAuthority } from '../http/testing/certificates.ts';
import { failureOf } from '../http/testing/failing.ts';
import { type Received, type Reply, startServer } from '../http/testing/local-server.ts';
import { recordedReply } from '../http/testing/recorded.ts';
import { Session } from '../keystone/keystone-session.ts';
import { testHost } from './host-check.ts';
import { startCloud } from './testing/cloud.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const recorded = (name: string) => recordedReply(import.meta.url, name);

async function verdict(answer: (request: Received) => Reply, options: Parameters<typeof startCloud>[1] = {}) {
  const cloud = await startCloud(answer, options);
  ends.push(() => cloud.close());
  const found = hostVerdict.parse(await testHost(cloud));
  expect(found.steps.map(({ step }) => step)).toEqual([
    'reachable',
    'tls',
    'token',
    'caching',
    'version',
    'role',
    'abilities',
  ]);
  const outcomes = Object.fromEntries(found.steps.map(({ step, outcome }) => [step, outcome]));
  const text = (step: string) => found.steps.find((one) => one.step === step)?.text;
  return { ...found, outcomes, text, cloud };
}

const glance33 = ({ path }: Received): Reply =>
  recorded(path === '/' ? 'glance-33.0-versions-root-300' : 'glance-33.0-cache-list');

describe('testHost', () => {
  it('accepts a healthy host, and changes nothing on it', async () => {
    const { outcomes, failure, capabilities, cloud, text } = await verdict(glance33);
    expect(failure).toBeNull();
    expect(capabilities?.apiVersion).toBe('2.18');
    expect(outcomes).toEqual({
      reachable: 'ok',
      tls: 'warning',
      token: 'ok',
      caching: 'ok',
      version: 'ok',
      role: 'ok',
      abilities: 'ok',
    });
    expect(text('token')).toBe('Logged in as alice in project ops, with the roles admin.');
    expect(cloud.received.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('warns of what an older host cannot do', async () => {
    const { outcomes, text } = await verdict(({ path }) =>
      recorded(path === '/' ? 'glance-25.1-versions-root-300' : 'glance-25.1-cache-list'),
    );
    expect(outcomes).toMatchObject({ abilities: 'warning' });
    expect(text('abilities')).toContain('prune, clean');
  });

  it('reports that the login may not list the cache', async () => {
    const { outcomes, failure } = await verdict(
      (request) => (request.path === '/' ? glance33(request) : recorded('glance-33.0-list-403-member')),
      { roles: ['member'] },
    );
    expect(outcomes).toMatchObject({ caching: 'ok', role: 'failed', abilities: 'ok' });
    expect(failure?.code).toBe('forbidden');
  });

  it('reports that caching is off', async () => {
    const { outcomes, failure, capabilities } = await verdict(({ path }) =>
      recorded(path === '/' ? 'glance-33.0-versions-cache-off' : 'glance-25.1-nodes-404'),
    );
    expect(outcomes).toMatchObject({ reachable: 'ok', token: 'ok', version: 'ok', caching: 'failed', role: 'skipped' });
    expect(failure?.code).toBe('cachingDisabled');
    expect(capabilities).toBeNull();
  });

  it('reports that the host rejects the token', async () => {
    const { outcomes, failure } = await verdict((request) =>
      request.path === '/' ? glance33(request) : recorded('glance-33.0-list-401-no-token'),
    );
    expect(outcomes).toMatchObject({ token: 'failed' });
    expect(failure?.code).toBe('unauthenticated');
  });

  it('reports that another service has the address', async () => {
    const { outcomes, failure } = await verdict(() => ({ status: 200, body: '<html>' }));
    expect(outcomes).toMatchObject({ reachable: 'failed', token: 'skipped' });
    expect(failure?.code).toBe('badResponse');
  });

  it('reports that the host cannot be reached', async () => {
    const cloud = await startCloud(glance33);
    ends.push(() => cloud.close());
    const { steps, failure } = await testHost({ ...cloud, address: 'http://127.0.0.1:1' });
    expect(steps[0]).toMatchObject({ step: 'reachable', outcome: 'failed' });
    expect(failure?.code).toBe('unreachable');
  });

  it('distinguishes a Keystone that cannot be reached from a host that cannot', async () => {
    const cloud = await startCloud(glance33);
    const session = new Session({
      resolve: async () => ({
        login: { kind: 'password', authUrl: 'http://127.0.0.1:1/v3', username: 'alice' },
        secret: 'x',
        connection: { interface: 'public', verify: true },
      }),
    });
    ends.push(
      () => cloud.close(),
      () => session.close(),
    );
    const { steps, failure } = await testHost({ address: cloud.address, session });
    expect(steps.find(({ step }) => step === 'token')).toMatchObject({ outcome: 'failed' });
    expect(failure?.message).toContain('127.0.0.1:1/v3');
  });

  it('ends when it is cancelled', async () => {
    const cloud = await startCloud(() => 'hang');
    ends.push(() => cloud.close());
    const testing = failureOf(testHost({ ...cloud, signal: AbortSignal.abort() }));
    expect((await testing).code).toBe('interrupted');
  });
});

it.skipIf(!hasOpenssl())('names the trusted authorities beside the system’s if the certificate is valid', async () => {
  const authority = makeAuthority();
  const host = await startServer(glance33, authority.sign('host'));
  ends.push(() => host.close());
  try {
    const connection = { interface: 'public', verify: true, cacert: authority.certFile } as const;
    const session = new Session({
      resolve: async () => ({ login: { kind: 'none' }, secret: undefined, connection }),
    });
    const { steps } = await testHost({ address: host.url, session });
    await session.close();
    expect(steps[1]).toEqual({
      step: 'tls',
      outcome: 'ok',
      text: `The certificate is valid. Trusted CAs: those of this system and cacert ${authority.certFile}.`,
    });
  } finally {
    authority.remove();
  }
});
