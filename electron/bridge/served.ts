import type { Context, Router } from '@orpc/server';
import type { Contract } from '../contract/contract.ts';

/** What the bridge writes to the log: pino's order of arguments. */
export type BridgeLog = Record<'info' | 'warn' | 'error', (about: object, message: string) => void>;

/** What both transports serve: one router with its context. */
export type Served<C extends Context> = { router: Router<Contract, C>; context: C; log: BridgeLog };

/**
 * Bytes (HTTP) or characters (message port) of the largest call. The largest that the contract allows is a plan with
 * 200,000 targets of about 110 bytes each.
 */
export const maxCallSize = 32 * 1024 * 1024;
