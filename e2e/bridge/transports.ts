import { rm } from 'node:fs/promises';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { HttpServer } from '../../electron/bridge/http-server.ts';
import { PortServer } from '../../electron/bridge/port-server.ts';
import type { RpcService } from '../../electron/bridge/rpc-service.ts';
import { asMainPort, enter, ownFrame, somePages } from '../../electron/bridge/testing/page-stand-ins.ts';
import type { ConsoleClient } from '../../renderer/bridge/client.ts';
import { httpLink, type PagePort, portLink } from '../../renderer/bridge/links.ts';

/** A transport with the client of a page at its other end. */
export type Transport = {
  client: ConsoleClient;
  /** Closes the page: its requests are dropped, its port is closed. */
  leave(): void;
  /** Reloads the page. Returns its new client. */
  reload(): Promise<ConsoleClient>;
  close(): Promise<void>;
};

export async function overHttp(service: RpcService, maxSize: number): Promise<Transport> {
  const pages = await somePages();
  const server = await HttpServer.open({ service, pages, port: 0, maxBytes: maxSize });
  const { cookie, key, origin } = await enter(server);
  let page = new AbortController();
  const load = (): ConsoleClient => {
    const here = page;
    return createORPCClient(
      httpLink(origin, { getItem: () => key }, (request, init) => {
        const sent = new Request(request, init);
        sent.headers.set('cookie', cookie);
        sent.headers.set('origin', origin);
        return fetch(sent, { signal: AbortSignal.any([sent.signal, here.signal]) });
      }),
    );
  };
  return {
    client: load(),
    leave: () => page.abort(),
    async reload() {
      page.abort();
      page = new AbortController();
      const answer = await fetch(`${origin}/`, { headers: { cookie } });
      if (answer.status !== 200) throw new Error(`The page was not served again: ${answer.status}`);
      return load();
    },
    async close() {
      await server.close();
      await rm(pages, { recursive: true });
    },
  };
}

export async function overPort(service: RpcService, maxSize: number): Promise<Transport> {
  const server = new PortServer({ service, ownFrame: () => ownFrame, maxCharacters: maxSize });
  let mine: PagePort | undefined;
  const load = (): ConsoleClient =>
    createORPCClient(
      portLink(() => {
        const { port1, port2 } = new MessageChannel();
        server.offer(ownFrame, [asMainPort(port2)]);
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
      server.close();
    },
  };
}

/** A Node port with the interface of a page's port. */
export function asPagePort(port: NodePort): PagePort {
  return port as unknown as PagePort;
}
