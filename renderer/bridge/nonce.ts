/**
 * The nonce under which this page may add style elements, as the console wrote it into the page. Mantine asks for it
 * (`getStyleNonce`); what locks scrolling behind a dialog looks for `__webpack_nonce__`.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Tells the nonce to libraries that look for it in the one global place that they know. Call before anything is drawn. */
export function announceNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
