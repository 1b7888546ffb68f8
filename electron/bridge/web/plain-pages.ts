import { guardingHeaders } from '../pages/headers.ts';

/** A page without any script, for what is said before the console itself can be shown. */
export type PlainPage = { headers: Record<string, string>; body: string };

/** Says how to get in, to a browser that has no session and no token that is good. */
export function wayIn(): PlainPage {
  return plainPage(
    'This browser is not let in yet',
    `<p>The address that the console printed when it started works once, for one browser. It was used already, or it
belongs to an earlier start.</p>
<p>Go back to the browser that opened it, or stop the console in its terminal (Ctrl-C), start it again and open the new
address, here.</p>`,
  );
}

/** Leads on to the console by the page itself, where a redirect would lose the cookie that was just set. */
export function leadingOn(): PlainPage {
  return plainPage(
    'Opening the console',
    '<p><a href="/">Open the console</a></p>',
    '<meta http-equiv="refresh" content="0;url=/">',
  );
}

/** Says in one sentence why a request was refused. */
export function refused(sentence: string): PlainPage {
  return plainPage('Refused', `<p>${sentence}</p>`);
}

function plainPage(title: string, body: string, head = ''): PlainPage {
  return {
    headers: {
      ...guardingHeaders,
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
