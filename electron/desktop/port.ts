import { type BrowserWindow, ipcMain } from 'electron';
import { PortDoor } from '../bridge/port/door.ts';
import type { Served } from '../bridge/served.ts';
import { pageOrigin, portOffer } from '../contract/transport.ts';

/** Lets the window's own page, and no other, connect to the console. */
export function setUpPort(served: Served, window: () => BrowserWindow | undefined): PortDoor {
  const door = new PortDoor({
    served,
    ours: () => {
      const contents = window()?.webContents;
      return contents && { frame: contents.mainFrame, origin: pageOrigin };
    },
  });
  ipcMain.on(portOffer, (event) => {
    door.offer({ frame: event.senderFrame, origin: event.senderFrame?.origin ?? '' }, event.ports);
  });
  return door;
}
