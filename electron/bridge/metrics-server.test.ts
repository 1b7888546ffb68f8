import { request } from 'node:http';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { Health } from '../automation/metrics/health.ts';
import { MetricsServer, type MetricsServerOptions } from './metrics-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(changes: Partial<MetricsServerOptions> = {}): Promise<MetricsServer> {
  const server = await MetricsServer.open({
    address: undefined,
    port: 0,
    token: undefined,
    scrape: async (accept) => ({ contentType: 'text/plain', text: `accepted ${accept}\n` }),
    health: () => ({ status: 'ok', problems: [] }),
    log: pino({ level: 'silent' }),
    ...changes,
  });
  ends.push(() => server.close());
  return server;
}

/** fetch would not send such a Host header. */
function statusFrom(origin: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${origin}/metrics`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const statusAndText = async (url: string, init?: RequestInit) => {
  const answer = await fetch(url, init);
  return [answer.status, await answer.text()];
};

test('a scrape gets the metrics in the format that it accepts, and nothing else is served', async () => {
  const { origin, warning } = await serve();
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(warning).toBeUndefined();
  const headers = { accept: 'application/openmetrics-text' };
  expect(await statusAndText(`${origin}/metrics?x=1`, { headers })).toEqual([
    200,
    'accepted application/openmetrics-text\n',
  ]);
  expect(await statusAndText(`${origin}/metrics`, { method: 'HEAD' })).toEqual([200, '']);
  for (const path of ['/', '/index.html', '/rpc/events', '/metrics/']) {
    expect([path, (await fetch(`${origin}${path}`)).status]).toEqual([path, 404]);
  }
  expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(405);
});

test('with a token, only its owner can read metrics and the reasons of health', async () => {
  const { origin } = await serve({ token: 'right', health: () => ({ status: 'degraded', problems: ['Cloud Lab'] }) });
  const headers = { authorization: 'Bearer right' };
  const refused = await fetch(`${origin}/metrics`);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  for (const authorization of ['Bearer wrong', 'Bearer ', 'Basic right', 'Bearer rightx', 'right']) {
    expect((await fetch(`${origin}/metrics`, { headers: { authorization } })).status).toBe(401);
  }
  expect((await fetch(`${origin}/metrics`, { headers })).status).toBe(200);
  expect(await statusAndText(`${origin}/healthz`)).toEqual([503, '{"status":"degraded"}\n']);
  expect(await statusAndText(`${origin}/healthz`, { headers })).toEqual([
    503,
    '{"status":"degraded","problems":["Cloud Lab"]}\n',
  ]);
});

test('probes: healthz reports whether the console does its work, livez only whether it runs', async () => {
  let health: Health = { status: 'ok', problems: [] };
  const { origin } = await serve({ health: () => health });
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  health = { status: 'degraded', problems: [] };
  expect((await fetch(`${origin}/healthz`)).status).toBe(503);
  expect(await statusAndText(`${origin}/livez`)).toEqual([200, 'ok\n']);
});

describe('access', () => {
  test('is denied to a foreign page in a browser on this machine, unless it has the token', async () => {
    const open = await serve();
    expect(await statusFrom(open.origin, { host: 'attacker.example' })).toBe(403);
    expect(await statusFrom(open.origin, { host: 'localhost:9464' })).toBe(200);
    const { origin } = await serve({ token: 'right' });
    expect(await statusFrom(origin, { host: 'proxy.example', authorization: 'Bearer right' })).toBe(200);
  });

  test('is open to everybody beyond this machine without a token, and the console warns of that', async () => {
    const health = () => ({ status: 'degraded' as const, problems: ['Cloud Lab'] });
    const { warning, origin } = await serve({ address: '0.0.0.0', health });
    // The reasons contain the names of clouds and servers.
    expect(await statusAndText(`${origin}/healthz`)).toEqual([503, '{"status":"degraded"}\n']);
    expect(warning).toContain('Anyone who can reach 0.0.0.0 can read the metrics');
    expect((await serve({ address: '0.0.0.0', token: 'right' })).warning).toBeUndefined();
    expect((await serve({ address: '::1' })).warning).toBeUndefined();
  });
});

test('an address that cannot be used is reported with a remedy', async () => {
  const { origin } = await serve();
  const port = Number(new URL(origin).port);
  await expect(serve({ port })).rejects.toMatchObject({
    failure: {
      code: 'invalidInput',
      message: `Metrics cannot be served at 127.0.0.1, port ${port}: the port is in use.`,
      remedy: 'Use another address or port with --metrics.',
    },
  });
  await expect(serve({ address: '192.0.2.1' })).rejects.toThrow('this machine does not have the address');
});

test('a fault is answered with an error, and its reference is only in the log', async () => {
  const { origin } = await serve({ scrape: () => Promise.reject(new Error('secret words')) });
  const [status, text] = await statusAndText(`${origin}/metrics`);
  expect(status).toBe(500);
  expect(text).toMatch(/^Internal error\. See the log, reference [0-9a-f]{8}\.\n$/);
});
