import type { Context } from '@orpc/server';
import type { RPCHandler } from '@orpc/server/message-port';
import type { Logger } from '../../store/log.ts';
import { refusalAnswer } from '../refusals.ts';
import { judge } from './envelope.ts';

/** The main process's end of a channel: Electron's `MessagePortMain`, or anything of its shape. */
export interface MainPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** One page's connection. */
export type PortConnection = { close(): void };

export type PortConnectionOptions = {
  handler: RPCHandler<Context>;
  log: Logger;
  maxCharacters: number;
};

/**
 * Serves calls over a port until either end closes it. Every message is judged first. Closing ends every call and
 * stream, whichever end closes: Electron tells of the other end's close only.
 */
export function connectPort(port: MainPort, options: PortConnectionOptions): PortConnection {
  const { handler, log, maxCharacters } = options;
  const hearers: ((event?: { data: unknown }) => void)[] = [];
  const mourners: (() => void)[] = [];
  let open = true;

  function end(): void {
    if (!open) return;
    open = false;
    for (const mourn of mourners) mourn();
    port.close();
  }

  port.on('close', end);
  port.on('message', ({ data }) => {
    if (!open) return;
    const verdict = judge(data, maxCharacters);
    if (verdict.ok) {
      for (const hear of hearers) hear({ data: verdict.text });
      return;
    }
    log.warn({ code: verdict.code, call: verdict.id }, 'A message from the page was refused');
    if (verdict.id === undefined) return;
    const { status, body } = refusalAnswer(verdict.code);
    port.postMessage(JSON.stringify({ i: verdict.id, p: { s: status, b: body } }));
  });
  handler.upgrade(
    {
      on(event: string, callback: (event?: { data: unknown }) => void) {
        if (event === 'message') hearers.push(callback);
        else mourners.push(callback);
      },
      postMessage(data: unknown) {
        if (open) port.postMessage(data);
      },
    },
    { context: {} },
  );
  port.start();
  return { close: end };
}
