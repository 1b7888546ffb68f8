/**
 * What a page of the console may do: its own scripts and nothing from elsewhere. Mantine adds style elements, under the
 * nonce; nobody adds inline scripts.
 *
 * @param nonce of this answer's style elements
 * @param connects whether the page speaks to its own origin (over HTTP) or over a message port only
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

/** Headers of every answer, whatever it is: nothing is guessed, framed, shared or told to other origins. */
export const guardingHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
};
