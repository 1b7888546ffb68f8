import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient } from './http-client.ts';
import type { HttpDownload } from './http-download.ts';
import { failureOf } from './testing/failing.ts';
import { type LocalServer, type Reply, startServer } from './testing/local-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function server(answer: () => Reply): Promise<LocalServer> {
  const started = await startServer(answer);
  ends.push(() => started.close());
  return started;
}

/** A server below HTTP: does this with every connection, whatever is requested. */
async function rawServer(onRequest: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onRequest(socket));
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => raw.close(() => resolve()));
  });
  return `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
}

function client(): HttpClient {
  const made = new HttpClient({ verify: true }, {});
  ends.push(() => made.close());
  return made;
}

function from(url: string, more: Partial<HttpDownload> = {}): HttpDownload {
  return { url: `${url}/v2/images/x/file`, idleMs: 10_000, maxBytes: null, taken: () => undefined, ...more };
}

/** Sends this many bytes with the announced length, or with none; then ends, keeps the connection open, or drops it. */
function sends(bytes: number, announced?: number, then: 'end' | 'stay' | 'drop' = 'end') {
  return (response: ServerResponse) => {
    response.writeHead(200, announced === undefined ? {} : { 'content-length': announced });
    response.write(Buffer.alloc(bytes), () => {
      if (then === 'drop') response.socket?.destroy();
    });
    if (then === 'end') response.end();
  };
}

describe('a download', () => {
  it('is counted to its end, with the announced length', async () => {
    const { url, received } = await server(() => sends(300_000, 300_000));
    const progressReports: [number, number | null][] = [];
    const answer = await client().download(
      from(url, { headers: { 'x-auth-token': 't' }, taken: (...progress) => void progressReports.push(progress) }),
    );
    expect(answer).toMatchObject({ status: 200, bytes: 300_000, text: '' });
    expect(progressReports.at(-1)).toEqual([300_000, 300_000]);
    expect(progressReports.map(([bytes]) => bytes)).toEqual(
      progressReports.map(([bytes]) => bytes).toSorted((a, b) => a - b),
    );
    expect(received[0]?.headers).toMatchObject({ 'x-auth-token': 't' });
  });

  it('of an empty image has no bytes', async () => {
    const { url } = await server(() => sends(0, 0));
    expect(await client().download(from(url))).toMatchObject({ status: 200, bytes: 0 });
  });

  it('without a length is read up to the expected size, and no further', async () => {
    const { url } = await server(() => sends(5_000));
    expect((await client().download(from(url, { maxBytes: 5_000 }))).bytes).toBe(5_000);
    expect(await failureOf(client().download(from(url, { maxBytes: 4_999 })))).toMatchObject({
      code: 'badResponse',
      message: expect.stringContaining('more than the expected 4,999 bytes'),
    });
    expect((await failureOf(client().download(from(url)))).message).toContain('the download was not started');
  });

  it('that announces more than the expected size is not started', async () => {
    const { url } = await server(() => sends(10, 1_000_000_000_000, 'stay'));
    const taken: number[] = [];
    const failure = await failureOf(client().download(from(url, { maxBytes: 1_000, taken: () => void taken.push(1) })));
    expect(failure).toMatchObject({ code: 'badResponse', message: expect.stringContaining('1,000,000,000,000') });
    expect(taken).toEqual([]);
  });

  it('that never ends is stopped at the expected size', async () => {
    const { url } = await server(() => (response: ServerResponse) => {
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    expect((await failureOf(client().download(from(url, { maxBytes: 3_000_000 })))).code).toBe('badResponse');
  });

  it.each([
    ['drops the connection', sends(1_000, 5_000, 'drop')],
    ['is in chunks and drops it', sends(1_000, undefined, 'drop')],
  ])('that %s in the middle is incomplete', async (_, reply) => {
    const { url } = await server(() => reply);
    const failure = await failureOf(client().download(from(url, { maxBytes: 5_000 })));
    expect(failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('before the response was complete'),
    });
  });

  it('that receives no more bytes is given up', async () => {
    const { url } = await server(() => sends(1_000, 5_000, 'stay'));
    const failure = await failureOf(client().download(from(url, { idleMs: 1_000 })));
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('after 1,000 bytes') });
    const { url: mute } = await server(() => 'hang');
    expect((await failureOf(client().download(from(mute, { idleMs: 60 })))).message).toContain(
      'waiting for the download to start',
    );
  });

  it('may take as long as its reader needs: a slow reader does not count as a stalled host', async () => {
    const { url } = await server(() => sends(1_000, 1_000));
    const taken = () => new Promise<void>((resolve) => setTimeout(resolve, 1_500));
    expect((await client().download(from(url, { idleMs: 1_000, taken }))).bytes).toBe(1_000);
  });

  it('applies back-pressure while its bytes are not read', async () => {
    const whole = 64 * 1024 ** 2;
    let sent = 0;
    const { url } = await server(() => (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': whole });
      const more = () => {
        if (sent >= whole || response.destroyed) return void response.end();
        sent += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const download = client().download(from(url, { taken: () => held }));
    // The sender counts as blocked when nothing more could be sent for a while.
    for (let before = -1; before !== sent; ) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(whole / 2);
    go();
    expect((await download).bytes).toBe(whole);
  });

  it('that is cancelled closes the connection at once, also under back-pressure', async () => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await server(() => (response: ServerResponse) => {
      response.on('close', closed);
      sends(1_000, 1_000_000, 'stay')(response);
    });
    const cancel = new AbortController();
    const never = new Promise<void>((resolve) => cancel.signal.addEventListener('abort', () => resolve()));
    const taken = () => {
      setImmediate(() => cancel.abort());
      return never;
    };
    const failure = await failureOf(client().download(from(url, { signal: cancel.signal, taken })));
    expect(failure.code).toBe('interrupted');
    await gone;
  });

  it.each([301, 302, 307, 308])(
    'that is redirected with %s returns that answer, and is not followed',
    async (status) => {
      const elsewhere = await server(() => sends(10, 10));
      const { url } = await server(() => ({ status, headers: { location: elsewhere.url } }));
      expect(await client().download(from(url))).toMatchObject({ status, bytes: null });
      expect(elsewhere.received).toEqual([]);
    },
  );

  it('that is refused gives the reason', async () => {
    const { url } = await server(() => ({ status: 404, body: { message: 'No image found' } }));
    expect(await client().download(from(url))).toMatchObject({
      status: 404,
      bytes: null,
      text: expect.stringContaining('No image found'),
    });
  });

  it('on a connection that was closed is retried once, and not more often', async () => {
    let asked = 0;
    const url = await rawServer((socket) => {
      asked += 1;
      if (asked === 1) socket.destroy();
      else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc');
    });
    expect((await client().download(from(url))).bytes).toBe(3);
    expect(asked).toBe(2);
  });

  it('is never reported as more or less than what arrived, whatever is announced and however it is split', async () => {
    const http = client();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 8 }),
        fc.oneof(fc.constant('true' as const), fc.constant('none' as const), fc.integer({ min: 0, max: 20_000 })),
        fc.option(fc.integer({ min: 0, max: 20_000 })),
        async (parts, length, maxBytes) => {
          const sum = parts.reduce((before, part) => before + part, 0);
          const announced = length === 'true' ? sum : length;
          const head = announced === 'none' ? '' : `content-length: ${announced}\r\n`;
          const url = await rawServer((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${head}\r\n`);
            for (const part of parts) socket.write(Buffer.alloc(part));
            socket.end();
          });
          let reportedBytes = 0;
          const taken = (bytes: number) => {
            reportedBytes = bytes;
          };
          const outcome = await http.download(from(url, { maxBytes, taken })).catch((error: unknown) => error);
          if (outcome instanceof Error) return;
          const { bytes } = outcome as { bytes: number };
          expect(bytes).toBe(reportedBytes);
          if (announced === 'none') expect(bytes).toBe(sum);
          else expect([bytes, bytes <= sum]).toEqual([announced, true]);
          if (maxBytes !== null) expect(bytes).toBeLessThanOrEqual(maxBytes);
          if (announced === 'none') expect(maxBytes).not.toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});
