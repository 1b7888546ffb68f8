import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { portOffer } from '../../electron/contract/transport.ts';
import { bridgeLost } from './lost.ts';

/** A page's end of a channel to the main process. */
export type PagePort = Pick<MessagePort, 'addEventListener' | 'postMessage' | 'start' | 'close'>;

type Connection = { link: ClientLink<ClientContext>; closed: AbortSignal };

/**
 * The contract over a message port, for a page inside Electron. A call on a closed port would wait for ever, so every
 * call also ends when its port closes; the next call opens a new one.
 *
 * @param open makes a channel, sends one end to the main process and returns the other
 */
export function portLink(open: () => PagePort): ClientLink<ClientContext> {
  let current: Connection | undefined;

  function connection(): Connection {
    if (current) return current;
    const port = open();
    const ended = new AbortController();
    const fresh: Connection = { link: new RPCLink({ port }), closed: ended.signal };
    port.addEventListener('close', () => {
      if (current === fresh) current = undefined;
      ended.abort(
        bridgeLost('The connection to the console ended', 'Reload the window; if that does not help, restart it.'),
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
