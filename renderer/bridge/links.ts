import { type ClientContext, type ClientLink, type ClientOptions, ORPCError } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins';
import type { Failure } from '../../electron/contract/failure.ts';
import { portOffer, rpcPath, sessionKeyHeader, sessionKeyItem } from '../../electron/contract/transport.ts';

/** The storage in which the page of a sign-in address has left the key of the session. */
export type SessionStorage = Pick<Storage, 'getItem'>;

/**
 * The contract over HTTP, for a page served by the console itself.
 *
 * @param origin where the page came from, `http://127.0.0.1:45123`
 * @param storage of that origin; read for each call, since another tab may have logged in again
 * @param send the browser's `fetch`; tests hand in their own
 */
export function httpLink(
  origin: string,
  storage: SessionStorage,
  send: typeof fetch = (...args) => fetch(...args),
): ClientLink<ClientContext> {
  return new HttpLink({
    url: `${origin}${rpcPath}`,
    headers: () => ({ [sessionKeyHeader]: storage.getItem(sessionKeyItem) ?? '' }),
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    fetch: async (request, init) => {
      try {
        return await send(request, init);
      } catch (error) {
        if (request.signal.aborted) throw error;
        throw disconnectedError(
          'The console is unreachable',
          'It may have been stopped. Start it again and open the address that it prints.',
          error,
        );
      }
    },
    interceptors: [
      async (options) => {
        try {
          return await options.next();
        } catch (error) {
          if (!(error instanceof ORPCError) || error.code !== 'UNAUTHORIZED') throw error;
          throw disconnectedError(
            'This browser has no session',
            'Press Enter in the terminal where the console runs, or run glance-cache-console login-url --data DIR, and open the new address.',
            error,
          );
        }
      },
    ],
  });
}

/** The page's port of a channel to the main process. */
export type PagePort = Pick<MessagePort, 'addEventListener' | 'postMessage' | 'start' | 'close'>;

type Connection = { link: ClientLink<ClientContext>; closed: AbortSignal };

/**
 * The contract over a message port, for a page inside Electron. A call on a closed port would never end, so every
 * call also ends when its port closes; the next call opens a new one.
 *
 * @param open creates a channel, sends one end to the main process and returns the other
 */
export function portLink(open: () => PagePort): ClientLink<ClientContext> {
  let current: Connection | undefined;

  function connection(): Connection {
    if (current) return current;
    const port = open();
    const ended = new AbortController();
    const fresh: Connection = { link: new PortLink({ port }), closed: ended.signal };
    port.addEventListener('close', () => {
      if (current === fresh) current = undefined;
      ended.abort(
        disconnectedError(
          'The connection to the console ended',
          'Reload the window; if that does not help, restart it.',
        ),
      );
    });
    port.start();
    current = fresh;
    return fresh;
  }

  return {
    async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
      const { link, closed } = connection();
      const signal = options.signal ? AbortSignal.any([options.signal, closed]) : closed;
      try {
        return await link.call(path, input, { ...options, signal });
      } catch (error) {
        if (closed.aborted && !options.signal?.aborted) throw closed.reason;
        throw error;
      }
    },
  };
}

/** Makes a channel and hands one end to the main process, through the preload script of this very window. */
export function openPort(page: Window): PagePort {
  const { port1, port2 } = new MessageChannel();
  page.postMessage(portOffer, page.location.origin, [port2]);
  return port1;
}

/**
 * The bridge itself failed, so no answer will come. Thrown as the contract's own `interrupted`, so that a page
 * shows it like any other failure.
 */
export function disconnectedError(message: string, remedy: string, cause?: unknown): ORPCError<'interrupted', Failure> {
  return new ORPCError('interrupted', {
    defined: true,
    message,
    data: { code: 'interrupted', message, remedy },
    cause,
  });
}
