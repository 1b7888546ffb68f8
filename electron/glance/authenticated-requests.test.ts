import { describe, expect, it } from 'vitest';
import { failureOf } from '../http/testing/failing.ts';
import { startServer } from '../http/testing/local-server.ts';
import { capabilitiesOf } from './testing/capabilities.ts';
import { endLater, hostUnderTest, recorded } from './testing/host-under-test.ts';

const modern = capabilitiesOf('cacheApi');
const id = '11111111-1111-1111-1111-111111111111';

describe('every request', () => {
  it('asks for JSON with the token and without a body', async () => {
    const { glance, cloud } = await hostUnderTest(() => recorded('glance-33.0-cache-put-202'));
    await glance.queue(modern, id);
    await glance.clear(modern, 'both');
    expect(cloud.asked()).toEqual([`PUT /v2/cache/${id}`, 'DELETE /v2/cache']);
    for (const { headers, body } of cloud.received) {
      expect(headers).toMatchObject({ accept: 'application/json', 'x-auth-token': 'token-1' });
      expect(headers).not.toHaveProperty('content-type');
      expect(body).toBe('');
    }
  });

  it('is sent again once with a new token when the first is rejected', async () => {
    const { glance, cloud } = await hostUnderTest(({ headers }) =>
      headers['x-auth-token'] === 'token-1'
        ? recorded('glance-25.1-list-401-no-token')
        : recorded('glance-25.1-cache-list'),
    );
    expect((await glance.list(modern)).cached).toHaveLength(3);
    expect(cloud.logins()).toBe(2);
    expect(cloud.received).toHaveLength(2);
  });

  it('that is rejected twice names both causes', async () => {
    const { glance, cloud } = await hostUnderTest(() => recorded('glance-33.0-list-401-no-token'));
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      message: expect.stringContaining(cloud.address),
    });
    expect(failure.remedy).toMatch(/cannot reach Keystone.*different cloud/);
    expect(cloud.received).toHaveLength(2);
  });

  it('has no token without a login, and reports when the host requires one', async () => {
    const { glance, cloud } = await hostUnderTest(() => recorded('glance-25.1-list-401-no-token'), { login: 'none' });
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('requires a token') });
    expect(cloud.received).toHaveLength(1);
    expect(cloud.received[0]?.headers).not.toHaveProperty('x-auth-token');
  });

  it('never sends a token to the target of a redirect', async () => {
    const elsewhere = await startServer(() => ({ status: 200, body: { cached_images: [], queued_images: [] } }));
    endLater(() => elsewhere.close());
    const { glance } = await hostUnderTest(() => ({ status: 307, headers: { location: `${elsewhere.url}/v2/cache` } }));
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({ code: 'badResponse', message: expect.stringContaining(elsewhere.url) });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('reports that it was not sent, since the login failed', async () => {
    const { glance, cloud } = await hostUnderTest(() => recorded('glance-33.0-cache-put-202'));
    await cloud.session.close();
    expect(await failureOf(glance.queue(modern, id))).toMatchObject({ code: 'interrupted', notSent: true });
  });
});

describe('a refusal', () => {
  it('names the policy rule, the user and the user’s roles', async () => {
    const { glance } = await hostUnderTest(() => recorded('glance-33.0-list-403-member'), {
      roles: ['member', 'reader'],
    });
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({
      code: 'forbidden',
      status: 403,
      detail: 'You are not authorized to complete cache_list action.',
    });
    expect(failure.message).toContain('alice (roles in project ops: member, reader)');
    expect(failure.message).toContain('policy rule cache_list');
  });

  it.each([
    ['glance-25.1-cache-list-404-cache-off', 'cachingDisabled'],
    ['glance-33.0-cache-list-404-cache-off', 'cachingDisabled'],
    ['glance-25.1-put-unknown-404', 'notFound'],
    ['glance-33.0-put-not-active-400', 'invalidInput'],
    ['glance-25.1-put-json-body-500', 'hostError'],
    ['glance-25.1-prune-405', 'unsupported'],
    ['glance-33.0-sqlite-driver-nodes-409', 'hostError'],
    ['glance-33.0-clear-both-400', 'invalidInput'],
  ])('%s is %s, with the host’s message', async (name, code) => {
    const { glance, cloud } = await hostUnderTest(() => recorded(name));
    const failure = await failureOf(glance.queue(modern, id));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(cloud.address);
    expect(failure.detail).not.toContain('<br');
  });

  it.each([
    [502, 'hostError'],
    [429, 'hostError'],
    [413, 'hostError'],
    [206, 'badResponse'],
    [302, 'badResponse'],
  ])('%i is %s', async (status, code) => {
    const { glance } = await hostUnderTest(() => ({
      status,
      headers: { 'x-openstack-request-id': 'req-1', 'retry-after': '3' },
    }));
    const failure = await failureOf(glance.queue(modern, id));
    expect(failure).toMatchObject({ code, status });
    if (status === 429) expect(failure.retryAfterSeconds).toBe(3);
    if (status >= 400) expect(failure.requestId).toBe('req-1');
  });
});
