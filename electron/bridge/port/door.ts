import type { Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { handling } from '../handling.ts';
import { maxCallSize, type Served } from '../served.ts';
import { connectPort, type MainPort, type PortConnection } from './connection.ts';

/** A frame, as far as trust goes: which one it is, and what it shows. */
export type Sender = { frame: object | null | undefined; origin: string };

export type PortDoorOptions = {
  served: Served;
  /** The main frame of the console's own window and the origin of its page; undefined while there is no window. */
  ours: () => Sender | undefined;
  /** Characters of the largest call. */
  maxCharacters?: number;
};

/**
 * The one place where a page gets its connection, and so the one place where it is checked that it is ours. A page that
 * was loaded anew brings a new port; the old one is then closed, and with it what ran over it.
 */
export class PortDoor {
  readonly #options: PortDoorOptions;
  readonly #handler: RPCHandler<Context>;
  #current: PortConnection | undefined;

  constructor(options: PortDoorOptions) {
    this.#options = options;
    this.#handler = new RPCHandler(options.served.router, handling(options.served.log));
  }

  /** Takes what a frame offers. Only one port, only from our own page; any other is closed. Tells which it was. */
  offer(sender: Sender, ports: readonly MainPort[]): boolean {
    const { served, ours, maxCharacters = maxCallSize } = this.#options;
    const [port] = ports;
    if (port === undefined || ports.length !== 1 || !isSame(sender, ours())) {
      served.log.warn(
        { origin: sender.origin, ports: ports.length },
        'A port from a page that is not ours was refused',
      );
      for (const refused of ports) refused.close();
      return false;
    }
    this.#current?.close();
    this.#current = connectPort(port, {
      handler: this.#handler,
      log: served.log,
      maxCharacters,
    });
    return true;
  }

  /** Ends the current connection, as when the page went away. A later page may come. */
  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function isSame(sender: Sender, ours: Sender | undefined): boolean {
  return (
    ours !== undefined &&
    sender.frame !== null &&
    sender.frame !== undefined &&
    sender.frame === ours.frame &&
    sender.origin === ours.origin
  );
}
