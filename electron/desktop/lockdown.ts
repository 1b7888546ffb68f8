import { app, session, shell } from 'electron';
import { isKnownSite, isOurs } from './trust.ts';

/** What the page may use of what asks for permission: writing to the clipboard, for its Copy buttons. */
const permitted = 'clipboard-sanitized-write';

/**
 * Keeps every page of this process where it is and what it is: no way to another address, no further window, no
 * webview, no permission. A link to a site that the console knows goes to the operator's browser.
 */
export function setUpLockdown(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-frame-navigate', (details) => {
      if (!isOurs(details.url)) details.preventDefault();
    });
    contents.on('will-redirect', (details) => details.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isKnownSite(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** Refuses every permission but one. Has to be called after Electron is ready. */
export function setUpPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, grant) => {
    grant(permission === permitted && isOurs(contents.getURL()));
  });
  defaultSession.setPermissionCheckHandler((_, permission, origin) => permission === permitted && isOurs(origin));
  defaultSession.setDevicePermissionHandler(() => false);
}
