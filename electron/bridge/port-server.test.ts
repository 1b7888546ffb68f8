import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { checkMessage, PortServer, type Sender } from './port-server.ts';
import { asMainPort, ownFrame } from './testing/page-stand-ins.ts';
import { type StubServices, stubServices } from './testing/stub-services.ts';

const call = (id: string, host: string) =>
  JSON.stringify({ i: id, p: { u: '/hosts/images', b: { json: { id: host } } } });

describe('the port server', () => {
  let stub: StubServices;
  let server: PortServer;
  let ports: MessagePort[];
  const strayed = vi.fn();

  beforeEach(() => {
    stub = stubServices();
    server = new PortServer({ service: stub.service, ownFrame: () => ownFrame, maxCharacters: 10_000 });
    ports = [];
    strayed.mockReset();
    process.on('unhandledRejection', strayed);
  });
  afterEach(async () => {
    server.close();
    for (const port of ports) port.close();
    await new Promise(setImmediate);
    process.off('unhandledRejection', strayed);
    expect(strayed).not.toHaveBeenCalled();
  });

  function offer(sender: Sender = ownFrame): { mine: MessagePort; accepted: boolean } {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    return { mine: port1, accepted: server.offer(sender, [asMainPort(port2)]) };
  }

  async function answerTo(mine: MessagePort, message: string): Promise<unknown> {
    const { i: id } = z.object({ i: z.string() }).parse(JSON.parse(message));
    return new Promise((resolve) => {
      mine.on('message', (text: string) => {
        const answer: unknown = JSON.parse(text);
        if (z.object({ i: z.literal(id) }).safeParse(answer).success) resolve(answer);
      });
      mine.postMessage(message);
    });
  }

  test.each<[string, Sender]>([
    ['another frame', { ...ownFrame, frame: {} }],
    ['a frame that is gone', { ...ownFrame, frame: null }],
    ['another origin', { ...ownFrame, origin: 'https://example.org' }],
    ['an origin that begins like ours', { ...ownFrame, origin: `${ownFrame.origin}.example` }],
  ])('closes a port from %s without reading from it', async (_, sender) => {
    const { mine, accepted } = offer(sender);
    expect(accepted).toBe(false);
    mine.postMessage(call('1', 'glance-01'));
    await once(mine, 'close');
    expect(stub.happened).toEqual([]);
    expect(stub.logged).toHaveLength(1);
  });

  test('accepts no port while there is no window', () => {
    const closed = new PortServer({ service: stub.service, ownFrame: () => undefined });
    const { port2 } = new MessageChannel();
    expect(closed.offer(ownFrame, [asMainPort(port2)])).toBe(false);
    expect(closed.offer({ frame: undefined, origin: '' }, [])).toBe(false);
  });

  test('accepts one port at a time, and no offer without a port', () => {
    const channels = [new MessageChannel(), new MessageChannel()];
    expect(
      server.offer(
        ownFrame,
        channels.map(({ port2 }) => asMainPort(port2)),
      ),
    ).toBe(false);
    expect(server.offer(ownFrame, [])).toBe(false);
  });

  test('ends the old page’s port when a new page connects', async () => {
    const old = offer().mine;
    const gone = once(old, 'close');
    old.postMessage(call('1', 'slow'));
    await stub.seen('images slow');
    const { mine } = offer();
    await stub.seen('slow cancelled');
    await gone;
    expect(await answerTo(mine, call('1', 'glance-01'))).toMatchObject({
      i: '1',
      p: { b: { json: { hostId: 'glance-01' } } },
    });
  });

  test.each<[string, unknown, number]>([
    ['a body that is not JSON of the protocol', { i: '7', p: { u: '/hosts/images', b: 'text' } }, 400],
    ['headers with a content type', { i: '7', p: { u: '/about', h: { 'content-type': 'multipart/form-data' } } }, 400],
    ['an absolute address', { i: '7', p: { u: 'https://example.org/about' } }, 400],
    ['a method', { i: '7', p: { u: '/about', m: 'GET' } }, 400],
    ['a stream to the console', { i: '7', t: 3, p: { e: 'message', d: {} } }, 400],
    ['no procedure', { i: '7', p: {} }, 400],
    ['an unknown procedure', { i: '7', p: { u: '/hosts/nothing' } }, 404],
    ['a prototype’s procedure', { i: '7', p: { u: '/__proto__/constructor' } }, 404],
    ['meta with an invalid path', { i: '7', p: { u: '/hosts/images', b: { json: {}, meta: [[1, 'a', 'b']] } } }, 400],
  ])('rejects %s with an answer', async (_, message, status) => {
    const { mine } = offer();
    expect(await answerTo(mine, JSON.stringify(message))).toMatchObject({ i: '7', p: { s: status } });
    expect(stub.happened).toEqual([]);
  });

  test('answers the next call after any invalid message', async () => {
    const { mine } = offer();
    const junk = [
      undefined,
      null,
      7,
      {},
      { i: '1', p: null },
      '',
      '{',
      '[]',
      'null',
      new Uint8Array(3),
      '{"i":1}',
      '{"i":"1","t":9}',
    ];
    for (const message of junk) mine.postMessage(message);
    expect(await answerTo(mine, call('2', 'glance-01'))).toMatchObject({
      i: '2',
      p: { b: { json: { hostId: 'glance-01' } } },
    });
  });

  test('the message check never throws, and accepts only messages of the protocol', () => {
    const messages = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"i":"1","p":${json}}`),
    );
    fc.assert(
      fc.property(messages, (message) => {
        const verdict = checkMessage(message, 1_000);
        if (verdict.ok) expect(JSON.parse(verdict.text)).toMatchObject({ i: expect.stringMatching(/^\d+$/) });
      }),
    );
  });
});
