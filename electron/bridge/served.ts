import type { AnyRouter } from '@orpc/server';
import type { Logger } from '../store/log.ts';

/** What both transports serve: the router that implements the contract, and the log. */
export type Served = { router: AnyRouter; log: Logger };

/**
 * Bytes (HTTP) or characters (message port) of the largest call. The largest that the contract allows is a plan with
 * 200,000 targets of about 110 bytes each.
 */
export const maxCallSize = 32 * 1024 * 1024;
