import { randomBytes } from 'node:crypto';

/** Where the build leaves a place for the nonce in the page; every answer fills it anew. */
export const noncePlace = '__CONSOLE_CSP_NONCE__';

/** A nonce for one answer. */
export function newNonce(): string {
  return randomBytes(18).toString('base64');
}
