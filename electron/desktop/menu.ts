import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron';

const documentation = 'https://docs.openstack.org/glance/latest/admin/cache.html';

/** Sets the application's menu, in place of Electron's default one. */
export function setUpMenu(): void {
  const onMac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const forDevelopers: MenuItemConstructorOptions[] = app.isPackaged ? [] : [{ role: 'toggleDevTools' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...onMac,
      { role: 'fileMenu' },
      { role: 'editMenu' },
      {
        label: '&View',
        submenu: [
          { role: 'reload' },
          ...forDevelopers,
          { type: 'separator' },
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu' },
      {
        role: 'help',
        submenu: [
          { label: 'Glance image cache documentation', click: () => void shell.openExternal(documentation) },
          ...(process.platform === 'darwin' ? [] : [{ role: 'about' } as const]),
        ],
      },
    ]),
  );
}
