import { expect, serveConsole, test } from './fixtures.ts';

// The served console as such: the way in, the way out, and what the browser lets its page do.

test('the page opens, without its token in the address, and again after a reload', async ({ page, console }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  expect(page.url().startsWith(console.origin)).toBe(true);
  expect(complaints).toEqual([]);
});

test('a second browser with the used address is told the way in', async ({ page, browser, console }) => {
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(console.url);
  await expect(other.getByRole('heading', { name: 'This browser is not let in yet' })).toBeVisible();
  await stranger.close();
});

test('led here by a page elsewhere, the console opens all the same', async ({ browser }) => {
  await using served = await serveConsole({ mode: 'demo' });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${served.url}">Open</a>` }),
  );
  await page.goto('http://elsewhere.example/');
  await page.getByRole('link', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  await context.close();
});

test('a page elsewhere can call nothing, by fetch or by form', async ({ page, console, context }) => {
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
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

test('a script that got into the page could neither run inline nor reach out', async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  const [inline, evaluated, reached] = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.ranInline = true';
    document.body.append(script);
    const elsewhere = await fetch('http://127.0.0.1:9/').then(
      () => 'reached',
      () => 'refused',
    );
    // In a task of its own: what a test evaluates itself may evaluate too, whatever the page's policy.
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

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it within a second, with a page open, and it says what was still running`, async ({
    page,
    console,
  }) => {
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
    expect(console.lines.at(-1)).toBe(`Console: ${console.url}`);
    // What has not ended within a second is cut off with another status (electron/cli/ending.ts).
    expect(await console.end(signal)).toBe(0);
    expect(console.lines.at(-1)).toMatch(/^The console has ended\. (Nothing was running|Still running)/);
  });
}

test('a second console on the same data is told who has it', async ({ console }) => {
  const second = serveConsole({ mode: 'serve', dataDirectory: console.dataDirectory });
  await expect(second).rejects.toThrow(/in use by another console/);
});

test('a port that is taken is said in a sentence', async ({ console }) => {
  const second = serveConsole({ mode: 'serve', words: ['--port', new URL(console.origin).port] });
  await expect(second).rejects.toThrow(/ended with 1: That port is in use/);
});
