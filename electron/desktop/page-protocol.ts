import { type BrowserWindow, ipcMain, protocol } from 'electron';
import type { PageFiles } from '../bridge/page-files.ts';
import { PortServer } from '../bridge/port-server.ts';
import type { RpcService } from '../bridge/rpc-service.ts';
import { pageOrigin, pageScheme, portOffer } from '../contract/transport.ts';
import { isOwnPage } from './security.ts';

/** Registers the scheme of the console's page, which gives it an origin. Call before Electron is ready. */
export function claimPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ]);
}

/** Serves the built renderer at the console's own origin, and refuses any other address of the scheme. */
export function setUpPages(pages: PageFiles): void {
  protocol.handle(pageScheme, async (request) => {
    if (!isOwnPage(request.url) || request.method !== 'GET') return new Response('Refused', { status: 403 });
    const { status, headers, body } = await pages.answer(new URL(request.url).pathname);
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers });
  });
}

/** Lets the page of the console's window, and no other, connect to the services. */
export function setUpPort(service: RpcService, window: () => BrowserWindow | undefined): PortServer {
  const server = new PortServer({
    service,
    ownFrame: () => {
      const contents = window()?.webContents;
      return contents && { frame: contents.mainFrame, origin: pageOrigin };
    },
  });
  ipcMain.on(portOffer, (event) => {
    server.offer({ frame: event.senderFrame, origin: event.senderFrame?.origin ?? '' }, event.ports);
  });
  return server;
}
