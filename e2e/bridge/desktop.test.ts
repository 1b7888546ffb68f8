import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, safe } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asMainPort } from '../../electron/bridge/testing/page-stand-ins.ts';
import { pageOrigin, portOffer } from '../../electron/contract/transport.ts';
import type { FakeWebContents } from '../../electron/desktop/testing/fake-electron.ts';
import type { ConsoleClient } from '../../renderer/bridge/client.ts';
import { portLink } from '../../renderer/bridge/links.ts';
import { asPagePort } from './transports.ts';

vi.mock('electron', () => import('../../electron/desktop/testing/fake-electron.ts'));
const { app, BrowserWindow, ipcMain, safeStorage, seen } = await import(
  '../../electron/desktop/testing/fake-electron.ts'
);

/** A client over a channel that the sender opens, as a page of that frame and origin would. */
function connectAs(sender: { frame: object | null; origin: string }): ConsoleClient {
  return createORPCClient(
    portLink(() => {
      const { port1, port2 } = new MessageChannel();
      const senderFrame = sender.frame && Object.assign(sender.frame, { origin: sender.origin });
      ipcMain.emit(portOffer, { senderFrame, ports: [asMainPort(port2)] });
      return asPagePort(port1);
    }),
  );
}

const prevented = <Details extends object>(emitter: FakeWebContents, event: string, details: Details): boolean => {
  const preventDefault = vi.fn();
  emitter.emit(event, { ...details, preventDefault });
  return preventDefault.mock.calls.length > 0;
};

describe('the desktop console with a fake Electron', () => {
  const data = mkdtempSync(join(tmpdir(), 'console-desktop-'));
  const argv = process.argv;
  const umask = process.umask();
  let window: InstanceType<typeof BrowserWindow>;

  beforeAll(async () => {
    process.argv = ['electron', '.', '--data', data];
    await import('../../electron/main.ts');
    await vi.waitFor(() => expect(seen.windows).toHaveLength(1), { timeout: 30_000 });
    const [first] = seen.windows;
    if (!first) throw new Error('There is no window');
    window = first;
  });

  afterAll(() => {
    process.argv = argv;
    process.umask(umask);
  });

  test("the window is sandboxed and shows the console's page", () => {
    expect(window.loaded).toBe('app://console/');
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      preload: expect.stringMatching(/preload\.cjs$/),
    });
    expect(seen.privileged).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    expect(seen.privileged[0]?.privileges).not.toHaveProperty('bypassCSP');
    expect(seen.menu).toBeDefined();
  });

  test("requests for the console's page are answered; other hosts and methods of the scheme are rejected", async () => {
    const { pages } = seen;
    if (!pages) throw new Error('Nothing answers for the pages');
    expect((await pages(new Request('app://elsewhere/'))).status).toBe(403);
    expect((await pages(new Request('app://console/', { method: 'POST' }))).status).toBe(403);
    expect((await pages(new Request('app://console/assets/none.js'))).status).toBe(404);
  });

  test('a page cannot navigate elsewhere', () => {
    const { webContents } = window;
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'app://consoles/', 'javascript:alert(1)']) {
      expect(prevented(webContents, 'will-frame-navigate', { url }), url).toBe(true);
    }
    expect(prevented(webContents, 'will-frame-navigate', { url: 'app://console/hosts' })).toBe(false);
    expect(prevented(webContents, 'will-redirect', { url: 'app://console/' })).toBe(true);
    expect(prevented(webContents, 'will-attach-webview', {})).toBe(true);
  });

  test('no new window opens; only a known site opens in the browser', () => {
    const open = (url: string) => {
      const handler = window.webContents.openHandler;
      if (!handler) throw new Error('Windows would open');
      return handler({ url } as Parameters<typeof handler>[0]);
    };
    for (const url of [
      'https://example.org/',
      'file:///bin/sh',
      'https://docs.openstack.org.evil.example/',
      'not a url',
    ]) {
      expect(open(url)).toEqual({ action: 'deny' });
    }
    expect(seen.openedElsewhere).toEqual([]);
    expect(open('https://docs.openstack.org/glance/latest/')).toEqual({ action: 'deny' });
    expect(seen.openedElsewhere).toEqual(['https://docs.openstack.org/glance/latest/']);
  });

  test("only the console's page may write to the clipboard; every other permission is denied", () => {
    const check = (permission: string, origin: string) =>
      seen.permissionCheck?.(null, permission as 'media', origin, {} as never);
    expect(check('clipboard-sanitized-write', 'app://console/')).toBe(true);
    expect(check('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal', 'fileSystem']) {
      expect(check(permission, pageOrigin), permission).toBe(false);
      const grant = vi.fn();
      seen.permissionRequest?.(window.webContents as never, permission as 'media', grant, {} as never);
      expect(grant, permission).toHaveBeenCalledWith(false);
    }
  });

  test("the console's page is connected; a foreign frame or origin is rejected", async () => {
    const about = await connectAs({ frame: window.webContents.mainFrame, origin: pageOrigin }).about({});
    expect(about).toMatchObject({ shell: 'desktop', dataDirectory: data, secrets: 'keychain' });
    for (const stranger of [
      { frame: {}, origin: pageOrigin },
      { frame: window.webContents.mainFrame, origin: 'https://example.org' },
      { frame: null, origin: pageOrigin },
    ]) {
      const { error } = await safe(connectAs(stranger).about({}));
      expect(error).toMatchObject({ code: 'interrupted' });
    }
  });

  test('a second start shows the existing window', () => {
    app.emit('second-instance', {}, [], '');
    expect(window.focused).toBe(1);
  });

  test('if the preference is set, closing the window keeps the console in the tray, which opens it again', async () => {
    const client = connectAs({ frame: window.webContents.mainFrame, origin: pageOrigin });
    await client.preferences.update({ closeToTray: true });
    const [tray] = seen.trays;
    window.close();
    app.emit('window-all-closed');
    expect(seen.quits).toBe(0);
    app.emit('second-instance', {}, [], '');
    expect(seen.windows).toHaveLength(2);
    const again = seen.windows[1];
    if (!tray || !again) throw new Error('There is no icon or no window');
    tray.emit('click');
    expect([seen.windows.length, again.focused]).toEqual([2, 1]);
    expect(tray.menu.map(({ label }) => label)).toEqual(['Show', undefined, 'Quit']);
    window = again;
    // The new page is served like the first one.
    const next = connectAs({ frame: window.webContents.mainFrame, origin: pageOrigin });
    await next.preferences.update({ closeToTray: false });
    expect(seen.trays).toEqual([]);
  });

  test('a crashed page can be reloaded', async () => {
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    await expect.poll(() => window.webContents.reloads).toBe(1);
  });

  test('secrets are kept in memory if Linux has no keychain', async () => {
    const { openKeychain } = await import('../../electron/desktop/keychain.ts');
    expect(openKeychain(data).place).toBe('keychain');
    vi.spyOn(safeStorage, 'getSelectedStorageBackend').mockReturnValue('basic_text');
    expect(openKeychain(data).place).toBe(process.platform === 'linux' ? 'memory' : 'keychain');
    vi.spyOn(safeStorage, 'getSelectedStorageBackend').mockReturnValue('gnome_libsecret');
    vi.spyOn(safeStorage, 'isEncryptionAvailable').mockReturnValue(false);
    expect(openKeychain(data).place).toBe('memory');
  });

  test('quitting shuts the console down first, and only once', async () => {
    window.close();
    app.emit('window-all-closed');
    app.quit();
    await expect.poll(() => seen.exits).toEqual([0]);
  });
});
