import { mapEventIterator } from '@orpc/client';
import { type Context, ORPCError } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import { faultMessage, logFault } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';
import { refusalAnswer } from './refusals.ts';

type Handling = Required<Pick<StandardHandlerOptions<Context>, 'rootInterceptors' | 'clientInterceptors'>>;

/**
 * The one error path of both transports. What a procedure throws beside the contract's errors is logged under a
 * reference, and the page gets the reference only. What goes wrong around a procedure never reaches the transport as a
 * rejection, which nobody would handle there.
 */
export function handling(log: Logger): Handling {
  return {
    clientInterceptors: [
      async (options) => {
        const where = options.path.join('.');
        const masked = (error: unknown) => mask(error, where, options.signal, log);
        try {
          const output = await options.next();
          if (!isAsyncIterator(output)) return output;
          return mapEventIterator(output, { value: async (value) => value, error: async (error) => masked(error) });
        } catch (error) {
          throw masked(error);
        }
      },
    ],
    rootInterceptors: [
      async (options) => {
        const where = options.request.url.pathname;
        try {
          const result = await options.next();
          if (!result.matched) {
            const { status, body } = refusalAnswer('NOT_FOUND', 'The console has no such procedure');
            return { matched: true, response: { status, headers: {}, body } };
          }
          const { response } = result;
          if (!isAsyncIterator(response.body)) return result;
          return { matched: true, response: { ...response, body: endingQuietly(response.body, where, log) } };
        } catch (error) {
          const { status, body } = faultAnswer(mask(error, where, undefined, log));
          return { matched: true, response: { status, headers: {}, body } };
        }
      },
    ],
  };
}

function mask(error: unknown, where: string, signal: AbortSignal | undefined, log: Logger): unknown {
  if (error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR') return error;
  if (signal?.aborted) return error;
  const reference = logFault(log, error, where);
  return new ORPCError('fault', { status: 500, message: faultMessage, data: { reference } });
}

function faultAnswer(error: unknown): { status: number; body: { json: object } } {
  return error instanceof ORPCError
    ? { status: error.status, body: { json: error.toJSON() } }
    : { status: 500, body: { json: new ORPCError('INTERNAL_SERVER_ERROR').toJSON() } };
}

/** The same stream, whose end never throws: by then there is nobody to throw at. */
function endingQuietly<T>(stream: AsyncIterator<T>, where: string, log: Logger): AsyncIterableIterator<T> {
  return {
    next: () => stream.next(),
    async return() {
      try {
        await stream.return?.();
      } catch (error) {
        log.error({ err: error, procedure: where }, 'A stream did not end as it should');
      }
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isAsyncIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}
