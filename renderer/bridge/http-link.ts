import type { ClientContext, ClientLink } from '@orpc/client';
import { ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins';
import { rpcPath } from '../../electron/contract/transport.ts';
import { bridgeLost } from './lost.ts';

/**
 * The contract over HTTP, for a page served by the console itself.
 *
 * @param origin where the page came from, `http://127.0.0.1:45123`
 * @param send the browser's `fetch`; tests hand in their own
 */
export function httpLink(origin: string, send: typeof fetch = (...args) => fetch(...args)): ClientLink<ClientContext> {
  return new RPCLink({
    url: `${origin}${rpcPath}`,
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    fetch: async (request, init) => {
      try {
        return await send(request, init);
      } catch (error) {
        if (request.signal.aborted) throw error;
        throw bridgeLost(
          'The console does not answer',
          'It has probably been stopped. Start it again and open the address that it prints.',
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
          throw bridgeLost(
            'This page is no longer let in by the console',
            'The console was started anew since the page was opened. Open the address that it printed then.',
            error,
          );
        }
      },
    ],
  });
}
