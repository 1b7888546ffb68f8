import { sessionKeyItem } from '../contract/transport.ts';
import { newNonce, securityHeaders } from './security-headers.ts';

/** A page that is shown before the console: for signing in, and with the reason why a request is refused. */
export type PlainPage = { headers: Record<string, string>; body: string };

/** Tells a browser that has neither a session nor a valid token how to log in. */
export function loginPage(): PlainPage {
  return plainPage(
    'Sign in',
    `<p>This browser is not signed in, or the sign-in address was already used. A sign-in address works once, for one browser.</p>
<p>To get a new address, press Enter in the terminal where the console runs. Or run this command as the user who started it, with the
data directory of the console if it is not the default one:</p>
<pre>glance-cache-console login-url --data DIR</pre>
<p>Open the new address here.</p>`,
  );
}

/**
 * Stores the key of a new session in this origin, and opens the console. A redirect could not store it; and after a
 * redirect the browser would withhold the new cookie from a page that another site has opened.
 *
 * @param key in base64url, which needs no quoting
 */
export function signedInPage(key: string): PlainPage {
  return plainPage(
    'Opening the console',
    `<p>If the console does not open, allow scripts and local storage for this address, then get a new sign-in address.</p>
<p><a href="/">Open the console</a></p>`,
    `localStorage.setItem('${sessionKeyItem}', '${key}'); location.replace('/');`,
  );
}

/** Tells in one sentence why a request was refused. */
export function refusedPage(sentence: string): PlainPage {
  return plainPage('Refused', `<p>${sentence}</p>`);
}

const style =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}h1{font-size:20px}';

function plainPage(title: string, body: string, script?: string): PlainPage {
  const nonce = newNonce();
  const scripts = script === undefined ? '' : ` script-src 'nonce-${nonce}';`;
  return {
    headers: {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}';${scripts} base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<style nonce="${nonce}">${style}</style><title>${title} - Glance Cache Console</title></head><body><main><h1>${title}</h1>
${body}
</main>${script === undefined ? '' : `<script nonce="${nonce}">${script}</script>`}</body></html>
`,
  };
}
