import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import type { ConsoleClient } from '../../../renderer/bridge/client.ts';
import { httpLink, type PagePort, portLink } from '../../../renderer/bridge/links.ts';
import { pageOrigin } from '../../contract/transport.ts';
import { noncePlace } from '../nonce.ts';
import type { MainPort } from '../port/connection.ts';
import { PortDoor } from '../port/door.ts';
import type { Served } from '../served.ts';
import { HttpDoor } from '../web/door.ts';

/** A transport with a page at its other end. */
export type Transport = {
  client: ConsoleClient;
  /** The page goes away: its requests are dropped, its port is closed. */
  leave(): void;
  /** The page comes anew and has a new client. */
  reload(): Promise<ConsoleClient>;
  close(): Promise<void>;
};

/** A built renderer of one page. */
export async function somePages(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'console-pages-'));
  const html = `<!doctype html><meta property="csp-nonce" nonce="${noncePlace}"><title>Console</title>`;
  await writeFile(join(directory, 'index.html'), html);
  return directory;
}

/** A browser's part, over HTTP: opens the URL with its token, keeps the cookie, says its origin. */
export async function enter(door: HttpDoor): Promise<{ cookie: string; origin: string }> {
  const answer = await fetch(door.url, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, origin: door.origin };
}

export async function overHttp(served: Served, maxSize: number): Promise<Transport> {
  const pages = await somePages();
  const door = await HttpDoor.open({ served, pages, port: 0, maxBytes: maxSize });
  const { cookie, origin } = await enter(door);
  let page = new AbortController();
  const load = (): ConsoleClient => {
    const here = page;
    return createORPCClient(
      httpLink(origin, (request, init) => {
        const sent = new Request(request, init);
        sent.headers.set('cookie', cookie);
        sent.headers.set('origin', origin);
        return fetch(sent, { signal: AbortSignal.any([sent.signal, here.signal]) });
      }),
    );
  };
  const transport: Transport = {
    client: load(),
    leave: () => page.abort(),
    async reload() {
      page.abort();
      page = new AbortController();
      const answer = await fetch(`${origin}/`, { headers: { cookie } });
      if (answer.status !== 200) throw new Error(`The page did not come again: ${answer.status}`);
      return load();
    },
    async close() {
      await door.close();
      await rm(pages, { recursive: true });
    },
  };
  return transport;
}

/** The frame and origin that stand for the console's own page. */
export const ourFrame = { frame: {}, origin: pageOrigin };

export async function overPort(served: Served, maxSize: number): Promise<Transport> {
  const door = new PortDoor({ served, ours: () => ourFrame, maxCharacters: maxSize });
  let mine: PagePort | undefined;
  const load = (): ConsoleClient =>
    createORPCClient(
      portLink(() => {
        const { port1, port2 } = new MessageChannel();
        door.offer(ourFrame, [asMainPort(port2)]);
        mine = asPagePort(port1);
        return mine;
      }),
    );
  return {
    client: load(),
    leave: () => mine?.close(),
    async reload() {
      mine?.close();
      return load();
    },
    async close() {
      door.close();
    },
  };
}

/** Node's port as Electron's main process has it: messages come wrapped in an event. */
export function asMainPort(port: NodePort): MainPort {
  return {
    on(event: 'message' | 'close', listener: (event: { data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: undefined }));
    },
    postMessage: (message) => port.postMessage(message),
    // Node starts a port with its first listener already.
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** Node's port as a page has it. */
export function asPagePort(port: NodePort): PagePort {
  return port as unknown as PagePort;
}
