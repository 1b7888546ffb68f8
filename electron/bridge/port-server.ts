import type { Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import type { Logger } from '../store/log.ts';
import { LargeAnswers } from './large-answer.ts';
import { maxCallSize, type Refusal, type RpcService, refusalAnswer, rpcInterceptors } from './rpc-service.ts';

/**
 * The messages of oRPC's peer protocol that the console's page sends: a call of a procedure (a path and a JSON body), or
 * the abort of one (`t: 4`). Calls are numbered to the base of 36. oRPC 1 fails with an unhandled rejection on anything else.
 */
const callId = z.string().regex(/^[\da-z]{1,16}$/);
const envelope = z.union([
  z.strictObject({
    i: callId,
    p: z.strictObject({
      u: z
        .string()
        .max(200)
        .regex(/^(\/[\w-]+)+$/),
      h: z.strictObject({ 'last-event-id': z.string().max(200).optional() }).optional(),
      b: z
        .object({ json: z.unknown(), meta: z.array(z.array(z.union([z.string(), z.number()]))).optional() })
        .optional(),
    }),
  }),
  z.strictObject({ i: callId, t: z.literal(4) }),
]);

/** The outcome of a check. A refused message can be answered when its call's id can be read. */
export type CheckedMessage = { ok: true; text: string } | { ok: false; id: string | undefined; code: Refusal };

/** Checks a message from the page before oRPC sees it. Never throws. */
export function checkMessage(message: unknown, maxCharacters: number): CheckedMessage {
  if (typeof message !== 'string') return { ok: false, id: undefined, code: 'BAD_REQUEST' };
  const id = /^\{"i":"([\da-z]{1,16})"/.exec(message.slice(0, 40))?.[1];
  if (message.length > maxCharacters) return { ok: false, id, code: 'PAYLOAD_TOO_LARGE' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return { ok: false, id, code: 'BAD_REQUEST' };
  }
  return envelope.safeParse(parsed).success ? { ok: true, text: message } : { ok: false, id, code: 'BAD_REQUEST' };
}

/** The frame that offers a port, and the origin of its page. */
export type Sender = { frame: object | null | undefined; origin: string };

export type PortServerOptions = {
  service: RpcService;
  /** The main frame of the console's window and the origin of its page; undefined while there is no window. */
  ownFrame: () => Sender | undefined;
  /** The largest call, in characters. */
  maxCharacters?: number;
};

/**
 * Serves the console's page over a message port. This is the only place that accepts a connection, so it checks that the
 * page is the console's own. A reloaded page offers a new port: the old one is closed, with its calls and streams.
 */
export class PortServer {
  readonly #options: PortServerOptions;
  readonly #handler: RPCHandler<Context>;
  readonly #largeAnswers = new LargeAnswers();
  #current: PortConnection | undefined;

  constructor(options: PortServerOptions) {
    this.#options = options;
    const { clientInterceptors, rootInterceptors } = rpcInterceptors(options.service.log);
    this.#handler = new RPCHandler(options.service.router, {
      clientInterceptors,
      rootInterceptors: [
        async (call) => {
          const result = await call.next();
          if (!result.matched || !(result.response.body instanceof ReadableStream)) return result;
          const body = await this.#largeAnswers.keep(result.response.body, call.request.signal);
          return { matched: true, response: { status: 200, headers: {}, body } };
        },
        ...rootInterceptors,
      ],
    });
  }

  /** Accepts exactly one port, from the console's own page only, and closes any other. Returns whether it accepted. */
  offer(sender: Sender, ports: readonly MainPort[]): boolean {
    const { service, ownFrame, maxCharacters = maxCallSize } = this.#options;
    const [port] = ports;
    if (port === undefined || ports.length !== 1 || !isSame(sender, ownFrame())) {
      service.log.warn(
        { origin: sender.origin, ports: ports.length },
        'A port from a page that is not ours was refused',
      );
      for (const refused of ports) refused.close();
      return false;
    }
    this.#current?.close();
    this.#current = connectPort(port, {
      handler: this.#handler,
      largeAnswers: this.#largeAnswers,
      log: service.log,
      maxCharacters,
    });
    return true;
  }

  /** Closes the current connection. A later page may offer another port. */
  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function isSame(sender: Sender, own: Sender | undefined): boolean {
  return (
    own !== undefined &&
    sender.frame !== null &&
    sender.frame !== undefined &&
    sender.frame === own.frame &&
    sender.origin === own.origin
  );
}

/** The interface of Electron's `MessagePortMain`. */
export interface MainPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

type PortConnection = { close(): void };

type PortConnectionOptions = {
  handler: RPCHandler<Context>;
  largeAnswers: LargeAnswers;
  log: Logger;
  maxCharacters: number;
};

/**
 * Serves calls over a port until either end closes it. Every message is checked first. Either close ends every call and
 * stream; Electron reports only the close of the other end.
 */
function connectPort(port: MainPort, options: PortConnectionOptions): PortConnection {
  const { handler, largeAnswers, log, maxCharacters } = options;
  const messageListeners: ((event?: { data: unknown }) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let open = true;

  function end(): void {
    if (!open) return;
    open = false;
    for (const listener of closeListeners) listener();
    port.close();
  }

  port.on('close', end);
  port.on('message', ({ data }) => {
    if (!open) return;
    const checked = checkMessage(data, maxCharacters);
    if (checked.ok) {
      for (const listener of messageListeners) listener({ data: checked.text });
      return;
    }
    log.warn({ code: checked.code, call: checked.id }, 'A message from the page was refused');
    if (checked.id === undefined) return;
    const { status, body } = refusalAnswer(checked.code);
    port.postMessage(JSON.stringify({ i: checked.id, p: { s: status, b: body } }));
  });
  handler.upgrade(
    {
      on(event: string, callback: (event?: { data: unknown }) => void) {
        if (event === 'message') messageListeners.push(callback);
        else closeListeners.push(callback);
      },
      postMessage(data: unknown) {
        if (open) port.postMessage(largeAnswers.complete(data));
      },
    },
    { context: {} },
  );
  port.start();
  return { close: end };
}
