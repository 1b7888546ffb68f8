import { once } from 'node:events';
import { createServer } from 'node:http';
import { newLoginUrl } from '../electron/cli/login-url.ts';
import { writeSignInFile } from '../electron/cli/sign-in-file.ts';
import { sessionKeyHeader, sessionKeyItem } from '../electron/contract/transport.ts';
import { expect, type ServedConsole, serveConsole, test } from './fixtures.ts';

// The served console as such: how a browser is let in, how the console ends, and what the browser lets its page do.

test('a browser is let in once, and neither another page nor an injected script can use its session', async ({
  page,
  browser,
  console,
  context,
}) => {
  const fleet = page.getByRole('heading', { name: 'Fleet', level: 1 });

  await test.step('the page opens, without its token in the address, and again after a reload', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await expect(fleet).toBeVisible();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await expect(fleet).toBeVisible();
    expect(page.url().startsWith(console.origin)).toBe(true);
    expect(complaints).toEqual([]);
  });

  await test.step('a second browser with the used address is told how to log in', async () => {
    await using stranger = await browser.newContext();
    const other = await stranger.newPage();
    await other.goto(console.url);
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  await test.step('a page of another origin can call nothing, by fetch or by form', async () => {
    const evil = await context.newPage();
    await evil.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>hello' }),
    );
    await evil.goto('http://elsewhere.example/');
    const outcome = await evil.evaluate(async (origin) => {
      const answer = await fetch(`${origin}/rpc/preferences/update`, {
        method: 'POST',
        mode: 'no-cors',
        credentials: 'include',
        body: new FormData(),
      }).catch((error: unknown) => error);
      return answer instanceof Response ? answer.type : 'failed';
    }, console.origin);
    expect(['opaque', 'failed']).toContain(outcome);
    const answered = evil.waitForResponse((response) => response.url().includes('/rpc/'));
    await evil.evaluate((origin) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.enctype = 'multipart/form-data';
      form.action = `${origin}/rpc/preferences/update`;
      document.body.append(form);
      form.submit();
    }, console.origin);
    expect((await answered).status()).toBeGreaterThanOrEqual(400);
  });

  await test.step('an injected script can neither run inline nor send data elsewhere', async () => {
    const [inline, evaluated, reached] = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      const elsewhere = await fetch('http://127.0.0.1:9/').then(
        () => 'reached',
        () => 'refused',
      );
      // Runs in a separate task: code that a test evaluates directly may use eval, whatever the page's policy is.
      const ran = await new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: whether it is refused is what is tested.
            globalThis.eval('1');
            resolve('ran');
          } catch {
            resolve('refused');
          }
        });
      });
      return ['ranInline' in window, ran, elsewhere];
    });
    expect([inline, evaluated, reached]).toEqual([false, 'refused', 'refused']);
  });

  await test.step('SIGINT ends it within a second while a page is open, and it prints what was still running', () =>
    expectEnd(console, 'SIGINT'));
});

test('another port of this host cannot use the cookie; a file and a page of another origin open the console; a second console reports what is in use', async ({
  page,
  context,
  browser,
  console,
}) => {
  const fleet = page.getByRole('heading', { name: 'Fleet', level: 1 });
  await expect(fleet).toBeVisible();
  const learnt: string[] = [];
  const rogue = createServer((request, response) => {
    learnt.push(request.headers.cookie ?? '');
    response.setHeader('content-type', 'text/html');
    response.end('<p>hello');
  });
  rogue.listen(0, '127.0.0.1');
  await once(rogue, 'listening');
  try {
    const address = rogue.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${port}/`);
    const name = `glance-cache-console-${new URL(console.origin).port}`;
    const cookie = learnt.find((text) => text.startsWith(`${name}=`)) ?? '';
    expect(cookie, 'the browser gives the cookie away').not.toBe('');
    expect(await other.evaluate(() => Object.keys(localStorage)), 'but not the key').toEqual([]);

    const replay = (headers: Record<string, string>) =>
      fetch(`${console.origin}/rpc/hosts/refresh`, {
        method: 'POST',
        headers: {
          origin: console.origin,
          'content-type': 'application/json',
          'x-csrf-token': 'orpc',
          'sec-fetch-site': 'same-origin',
          cookie,
          ...headers,
        },
        body: '{"json":{}}',
      });
    expect((await replay({})).status).toBe(401);
    expect((await replay({ [sessionKeyHeader]: cookie.split('=')[1] ?? '' })).status).toBe(401);
    const key = await page.evaluate((item) => localStorage.getItem(item) ?? '', sessionKeyItem);
    expect((await replay({ [sessionKeyHeader]: key })).status).toBe(200);
  } finally {
    rogue.closeAllConnections();
    rogue.close();
  }

  await test.step('another tab of the same browser is let in, also after a reload', async () => {
    const tab = await context.newPage();
    await tab.goto(console.origin);
    await expect(tab.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
    await page.reload();
    await expect(fleet).toBeVisible();
  });

  await test.step('a tab whose session has ended explains how to log in again', async () => {
    await context.clearCookies();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await expect(page.getByText('press Enter in the terminal where the console runs')).toBeVisible();
  });

  await test.step('a new address lets the tab in without a restart', async () => {
    await page.goto(newLoginUrl(console.dataDirectory));
    await expect(page.getByRole('navigation', { name: 'Console' })).toBeVisible();
  });

  await test.step('a file', async () => {
    const file = writeSignInFile(console.dataDirectory, newLoginUrl(console.dataDirectory));
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(file.url);
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
    expect(page.url().startsWith(console.origin)).toBe(true);
    expect(page.url()).not.toContain('token');
    file.remove();
  });
  await test.step('a second console reports who owns the data directory, and that its port is in use', async () => {
    const { dataDirectory, origin } = console;
    await expect(serveConsole({ mode: 'serve', dataDirectory })).rejects.toThrow(/in use by another console/);
    const words = ['--port', new URL(origin).port];
    await expect(serveConsole({ mode: 'serve', words })).rejects.toThrow(/ended with 1: The port is in use/);
  });
  await test.step('a page of another origin; SIGTERM ends the console within a second while that page is open', async () => {
    const address = newLoginUrl(console.dataDirectory);
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${address}">Open</a>` }),
    );
    await page.goto('http://elsewhere.example/');
    await page.getByRole('link', { name: 'Open' }).click();
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
    await expectEnd(console, 'SIGTERM');
  });
});

/** Ends a console whose page is open. */
async function expectEnd(console: ServedConsole, signal: 'SIGINT' | 'SIGTERM') {
  expect(console.lines.at(-1)).toBe(`Console: ${console.url}`);
  // A shutdown that takes longer than a second is aborted with another status (electron/cli/shutdown.ts).
  expect(await console.end(signal)).toBe(0);
  expect(console.lines.at(-1)).toMatch(/^Console stopped\. (No operations were running|Interrupted operations)/);
}
