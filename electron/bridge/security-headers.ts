import { randomBytes } from 'node:crypto';

/**
 * The content security policy of the page: nothing from other origins, no inline scripts. Mantine adds style elements,
 * which carry the nonce.
 *
 * @param nonce of the style elements of this answer
 * @param connects whether the page calls its own origin (HTTP) or uses only a message port
 */
export function contentSecurityPolicy(nonce: string, connects: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connects ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The headers of every answer: no type sniffing, no framing, no sharing with other origins. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
};

/** The build writes this text into the page in place of the nonce. Every answer replaces it by a new nonce. */
export const noncePlaceholder = '__CONSOLE_CSP_NONCE__';

/** Returns a nonce for one answer. */
export function newNonce(): string {
  return randomBytes(18).toString('base64');
}
