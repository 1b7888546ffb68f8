import { app, session, shell } from 'electron';
import { pageOrigin } from '../contract/transport.ts';

/** The only permission of the page: writing to the clipboard, for its Copy buttons. */
const permitted = 'clipboard-sanitized-write';

/**
 * Refuses navigation to other addresses, further windows and webviews, for every page of this process. A link to a known
 * site opens in the operator's browser.
 */
export function setUpSecurity(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-frame-navigate', (details) => {
      if (!isOwnPage(details.url)) details.preventDefault();
    });
    contents.on('will-redirect', (details) => details.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isKnownSite(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** Refuses every permission but one. Call after Electron is ready. */
export function setUpPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, grant) => {
    grant(permission === permitted && isOwnPage(contents.getURL()));
  });
  defaultSession.setPermissionCheckHandler((_, permission, origin) => permission === permitted && isOwnPage(origin));
  defaultSession.setDevicePermissionHandler(() => false);
}

/** The sites that the console links to. They open in the operator's browser. */
const knownSites: readonly string[] = ['https://docs.openstack.org'];

/** Whether an address belongs to the console's own page. */
export function isOwnPage(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`);
}

/** Whether an address may open in the operator's browser. */
function isKnownSite(url: string): boolean {
  try {
    const { origin, username, password } = new URL(url);
    return knownSites.includes(origin) && username === '' && password === '';
  } catch {
    return false;
  }
}
