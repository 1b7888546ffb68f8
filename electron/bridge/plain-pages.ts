import { securityHeaders } from './security-headers.ts';

/** A page without scripts, for messages before the console can be shown. */
export type PlainPage = { headers: Record<string, string>; body: string };

/** Tells a browser that has neither a session nor a valid token how to log in. */
export function loginPage(): PlainPage {
  return plainPage(
    'This browser is not let in yet',
    `<p>The address that the console printed when it started works once, for one browser. It was used already, or it
belongs to an earlier start.</p>
<p>Go back to the browser that opened it, or stop the console in its terminal (Ctrl-C), start it again and open the new
address, here.</p>`,
  );
}

/** Opens the console from within a page, where the browser would withhold the new cookie after a redirect. */
export function redirectPage(): PlainPage {
  return plainPage(
    'Opening the console',
    '<p><a href="/">Open the console</a></p>',
    '<meta http-equiv="refresh" content="0;url=/">',
  );
}

/** Tells in one sentence why a request was refused. */
export function refusedPage(sentence: string): PlainPage {
  return plainPage('Refused', `<p>${sentence}</p>`);
}

function plainPage(title: string, body: string, head = ''): PlainPage {
  return {
    headers: {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">${head}
<title>${title} - Glance Cache Console</title></head><body><main><h1>${title}</h1>
${body}
</main></body></html>
`,
  };
}
