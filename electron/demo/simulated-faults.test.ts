import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type DemoCloud, startDemoCloud } from './simulated-cloud.ts';
import type { HostControl } from './simulated-control.ts';
import type { Fault } from './simulated-faults.ts';

let cloud: DemoCloud;
let host: HostControl;
beforeAll(async () => {
  const hosts = [{ name: 'host', release: '33', fill: 'ordinary' } as const];
  cloud = await startDemoCloud({ hosts, images: 5, traffic: false });
  host = cloud.control.host('host');
});
afterAll(() => cloud.close());
afterEach(() => host.clearFaults());

async function ask(method = 'GET', path = '/v2/cache') {
  const headers = { 'X-Auth-Token': cloud.control.adminToken(), Accept: 'application/json' };
  const answer = await fetch(`${host.address}${path}`, { method, headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test('HTML, a redirect, an error or any other answer instead of the real one', async () => {
  const play = async (fault: Fault) => {
    host.fault(fault, { times: 1 });
    return ask();
  };
  expect(await play({ kind: 'html' })).toMatchObject({ status: 200, text: expect.stringContaining('<!DOCTYPE html>') });
  expect((await play({ kind: 'redirect', to: 'http://127.0.0.2/' })).headers.get('Location')).toBe('http://127.0.0.2/');
  const busy = await play({ kind: 'status', status: 503, retryAfter: 7 });
  expect([busy.status, busy.headers.get('Retry-After')]).toEqual([503, '7']);
  expect(JSON.parse(busy.text)).toMatchObject({ code: '503 Service Unavailable' });
  expect((await play({ kind: 'answer', status: 418, body: 'tea' })).text).toBe('tea');
  expect((await ask()).status).toBe(200);
});

test('the real answer, cut, enlarged or late', async () => {
  const { text } = await ask();
  host.fault({ kind: 'brokenJson' }, { times: 1 });
  expect(text.startsWith((await ask()).text)).toBe(true);
  host.fault({ kind: 'oversized', bytes: 100_000 }, { times: 1 });
  const swollen = await ask();
  expect(swollen.text).toHaveLength(100_000);
  expect(swollen.text.trimEnd()).toBe(text);
  host.fault({ kind: 'slow', ms: 1 }, { times: 1 });
  expect((await ask()).text).toBe(text);
});

test('no answer', async () => {
  host.fault({ kind: 'reset' }, { times: 1 });
  await expect(ask()).rejects.toThrow();
  host.fault({ kind: 'hang' }, { times: 1 });
  const abort = new AbortController();
  const waiting = fetch(`${host.address}/`, { signal: abort.signal });
  expect((await ask()).status).toBe(200);
  abort.abort();
  await expect(waiting).rejects.toThrow();
  expect(host.requests.at(-2)?.status).toBeNull();
});

test('only for matching requests, every n-th of them, until the fault is removed', async () => {
  const remove = host.fault({ kind: 'status', status: 500 }, { method: 'GET', path: /^\/v2\/cache/, every: 2 });
  expect((await ask('GET', '/')).status).toBe(300);
  expect([(await ask()).status, (await ask()).status, (await ask()).status, (await ask()).status]).toEqual([
    200, 500, 200, 500,
  ]);
  expect((await ask('DELETE', '/v2/cache/x')).status).toBe(404);
  remove();
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
});
