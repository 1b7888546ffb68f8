import { mapEventIterator } from '@orpc/client';
import { type AnyRouter, type Context, ORPCError } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import { faultMessage, logFault } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';
import { largeAnswer } from './large-answer.ts';

/** What both transports serve: the contract's router, and the log for errors. */
export type RpcService = { router: AnyRouter; log: Logger };

/**
 * The largest call, in bytes (HTTP) or characters (message port). The largest that the contract allows is a plan with
 * 200,000 targets of about 110 bytes each.
 */
export const maxCallSize = 32 * 1024 * 1024;

/** The refusals of the bridge itself, before any procedure runs. */
export type Refusal =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_SUPPORTED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE';

/** The answer of both transports to a refused call: an error of oRPC's RPC protocol. */
export function refusalAnswer(code: Refusal, message?: string): { status: number; body: { json: object } } {
  const error = new ORPCError(code, message === undefined ? {} : { message });
  return { status: error.status, body: { json: error.toJSON() } };
}

type Interceptors = Required<Pick<StandardHandlerOptions<Context>, 'rootInterceptors' | 'clientInterceptors'>>;

/**
 * The error path of both transports. An error that is not in the contract is logged under a reference, and the page gets
 * only the reference. Errors around a procedure, such as in oRPC's codecs, become answers too: the transports would
 * leave them as unhandled rejections.
 */
export function rpcInterceptors(log: Logger): Interceptors {
  return {
    clientInterceptors: [
      async (options) => {
        const where = options.path.join('.');
        const masked = (error: unknown) => mask(error, where, options.signal, log);
        try {
          const output = await options.next();
          if (!isAsyncIterator(output)) return largeAnswer(output) ?? output;
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
          if (response.body instanceof ReadableStream) {
            return { matched: true, response: { ...response, headers: { 'content-type': 'application/json' } } };
          }
          if (!isAsyncIterator(response.body)) return result;
          return { matched: true, response: { ...response, body: withQuietEnd(response.body, where, log) } };
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

/** The same stream, except that ending it never throws: its reader has gone by then. */
function withQuietEnd<T>(stream: AsyncIterator<T>, where: string, log: Logger): AsyncIterableIterator<T> {
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
