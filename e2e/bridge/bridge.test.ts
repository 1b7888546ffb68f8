import { ORPCError, safe } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  downFailure,
  imagesOf,
  innerWords,
  type StubServices,
  stubServices,
} from '../../electron/bridge/testing/stub-services.ts';
import { overHttp, overPort, type Transport } from './transports.ts';

const maxSize = 10_000;

describe.each([
  ['HTTP', overHttp],
  ['a message port', overPort],
])('the bridge over %s', (_, open) => {
  let stub: StubServices;
  let transport: Transport;
  const strayed = vi.fn();

  beforeEach(async () => {
    stub = stubServices();
    transport = await open(stub.service, maxSize);
    strayed.mockReset();
    process.on('unhandledRejection', strayed);
  });

  afterEach(async () => {
    await transport.close();
    await new Promise(setImmediate);
    process.off('unhandledRejection', strayed);
    expect(strayed).not.toHaveBeenCalled();
  });

  test('a call is answered', async () => {
    expect(await transport.client.hosts.images({ id: 'glance-01' })).toEqual(imagesOf('glance-01'));
  });

  test('every call of a long session is answered', async () => {
    for (let call = 0; call < 80; call += 1) {
      expect(await transport.client.hosts.images({ id: 'glance-01' })).toEqual(imagesOf('glance-01'));
    }
  });

  test('answers every call when several are rejected at the same time', async () => {
    const calls = Array.from({ length: 40 }, () => safe(transport.client.preferences.update({ refreshSeconds: 1 })));
    for (const { error } of await Promise.all(calls)) expect(error).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('a long list arrives unchanged', async () => {
    const calls = ['large', 'glance-01', 'large'].map((id) => transport.client.hosts.images({ id }));
    expect(await Promise.all(calls)).toEqual(['large', 'glance-01', 'large'].map(imagesOf));
  });

  test('rejects invalid input before the procedure runs, and names the field', async () => {
    const { error } = await safe(transport.client.preferences.update({ refreshSeconds: 1 }));
    expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: ['refreshSeconds'] }] } });
    expect(stub.happened).toEqual([]);
  });

  test('rejects oversized input before the procedure runs', async () => {
    const { error } = await safe(transport.client.hosts.images({ id: 'x'.repeat(maxSize) }));
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(stub.happened).toEqual([]);
    expect(await transport.client.hosts.images({ id: 'glance-01' })).toEqual(imagesOf('glance-01'));
  });

  test('rejects an unknown procedure', async () => {
    const { error } = await safe(transport.client.hosts.remove({ ids: ['a'] }));
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an expected failure arrives typed, with its remedy', async () => {
    const { error, isDefined } = await safe(transport.client.hosts.images({ id: 'down' }));
    expect(isDefined).toBe(true);
    expect(error).toMatchObject({ code: 'unreachable', data: downFailure });
    expect(stub.logged).toEqual([]);
  });

  test.each(['fault', 'lying'])(
    'a fault (%s) is masked: the page gets a reference, the log the error text',
    async (id) => {
      const { error, isDefined } = await safe(transport.client.hosts.images({ id }));
      expect(isDefined).toBe(true);
      if (!(error instanceof ORPCError)) throw error;
      expect(error.code).toBe('fault');
      expect(JSON.stringify(error.toJSON())).not.toContain(innerWords);
      const { reference } = error.data as { reference: string };
      const entry = stub.logged.find((logged) => logged.reference === reference);
      expect(JSON.stringify(entry)).toContain(id === 'fault' ? innerWords : 'Output validation failed');
    },
  );

  test('a cancelled call ends on both sides', async () => {
    const cancel = new AbortController();
    const call = safe(transport.client.hosts.images({ id: 'slow' }, { signal: cancel.signal }));
    await stub.seen('images slow');
    cancel.abort();
    expect((await call).error).toMatchObject({ name: 'AbortError' });
    await stub.seen('slow cancelled');
  });

  test('the stream opens with the whole state, and ends on both sides when the client cancels it', async () => {
    const cancel = new AbortController();
    const stream = await transport.client.events({}, { signal: cancel.signal });
    expect((await stream.next()).value).toMatchObject({ type: 'state' });
    cancel.abort();
    await stub.seen('stream ended');
  });

  test('the stream ends when the page goes away', async () => {
    const stream = await transport.client.events({});
    await stream.next();
    const rest = stream.next().catch(() => undefined);
    transport.leave();
    await stub.seen('stream ended');
    await rest;
  });

  test('a pending call fails when the page is disconnected', async () => {
    const call = safe(transport.client.hosts.images({ id: 'slow' }));
    await stub.seen('images slow');
    await transport.close();
    expect((await call).error).toMatchObject({ code: 'interrupted', data: { code: 'interrupted' } });
    await stub.seen('slow cancelled');
    transport = await open(stub.service, maxSize);
  });

  test('a reloaded page works, and the calls of the old page have ended', async () => {
    const stream = await transport.client.events({});
    await stream.next();
    const rest = stream.next().catch(() => undefined);
    const anew = await transport.reload();
    await stub.seen('stream ended');
    await rest;
    expect(await anew.hosts.images({ id: 'glance-01' })).toEqual(imagesOf('glance-01'));
  });
});
