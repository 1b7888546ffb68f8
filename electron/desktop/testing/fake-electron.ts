import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type Electron from 'electron';

// Stands in for Electron's module in tests. Its methods are checked against Electron's types, but it does not have
// Electron's behaviour: a test that passes with it does not prove that Electron works.

type App = Electron.App;
type Contents = Electron.WebContents;
type Window = Electron.BrowserWindow;
type ElectronSession = Electron.Session;

/** State that tests inspect, and events that they trigger. */
export const seen = {
  privileged: [] as Electron.CustomScheme[],
  windows: [] as BrowserWindow[],
  trays: [] as Tray[],
  exits: [] as (number | undefined)[],
  quits: 0,
  errorBoxes: [] as string[],
  openedElsewhere: [] as string[],
  notifications: [] as Notification[],
  menu: undefined as Electron.MenuItemConstructorOptions[] | undefined,
  pages: undefined as Parameters<Electron.Protocol['handle']>[1] | undefined,
  permissionRequest: undefined as Parameters<ElectronSession['setPermissionRequestHandler']>[0] | undefined,
  permissionCheck: undefined as Parameters<ElectronSession['setPermissionCheckHandler']>[0] | undefined,
};

class StandInApp
  extends EventEmitter
  implements
    Pick<
      App,
      | 'isPackaged'
      | 'getAppPath'
      | 'getPath'
      | 'setPath'
      | 'requestSingleInstanceLock'
      | 'enableSandbox'
      | 'whenReady'
      | 'exit'
      | 'quit'
    >
{
  readonly isPackaged = false;
  #userData = tmpdir();
  getAppPath(): string {
    return tmpdir();
  }
  getPath(_name: Parameters<App['getPath']>[0]): string {
    return this.#userData;
  }
  setPath(_name: string, path: string): void {
    if (!existsSync(path)) throw new Error('The directory has to be there');
    this.#userData = path;
  }
  requestSingleInstanceLock(): boolean {
    return true;
  }
  enableSandbox(): void {}
  async whenReady(): Promise<void> {}
  exit(code?: number): void {
    seen.exits.push(code);
  }
  quit(): void {
    seen.quits += 1;
    this.emit('before-quit', { preventDefault() {} });
  }
}

/** A page's contents: emits what Electron emits, keeps the handlers that it was given. */
export class FakeWebContents
  extends EventEmitter
  implements Pick<Contents, 'setWindowOpenHandler' | 'getURL' | 'reload'>
{
  mainFrame: object = {};
  url = 'app://console/';
  openHandler: Parameters<Contents['setWindowOpenHandler']>[0] | undefined;
  reloads = 0;
  setWindowOpenHandler(handler: Parameters<Contents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
  getURL(): string {
    return this.url;
  }
  reload(): void {
    this.reloads += 1;
  }
}

export class BrowserWindow
  extends EventEmitter
  implements
    Pick<
      Window,
      | 'maximize'
      | 'isMaximized'
      | 'show'
      | 'isDestroyed'
      | 'close'
      | 'isMinimized'
      | 'restore'
      | 'focus'
      | 'loadURL'
      | 'getNormalBounds'
    >
{
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new FakeWebContents();
  loaded: string | undefined;
  focused = 0;
  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    this.options = options;
    seen.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  maximize(): void {}
  isMaximized(): boolean {
    return false;
  }
  show(): void {}
  isDestroyed(): boolean {
    return false;
  }
  close(): void {
    this.emit('close');
    this.emit('closed');
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {}
  focus(): void {
    this.focused += 1;
  }
  async loadURL(url: string): Promise<void> {
    this.loaded = url;
  }
  getNormalBounds(): Electron.Rectangle {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
}

export const app = new StandInApp();
export const ipcMain = new EventEmitter();

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => void seen.privileged.push(...schemes),
  handle: (_scheme, handler) => {
    seen.pages = handler;
  },
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler) => {
      seen.permissionRequest = handler;
    },
    setPermissionCheckHandler: (handler) => {
      seen.permissionCheck = handler;
    },
    setDevicePermissionHandler: () => {},
  } satisfies Pick<
    ElectronSession,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >,
};

export const shell = {
  openExternal: async (url) => void seen.openedElsewhere.push(url),
} satisfies Pick<Electron.Shell, 'openExternal'>;

export const dialog = {
  showErrorBox: (title, content) => void seen.errorBoxes.push(`${title}: ${content}`),
  showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
} satisfies Pick<Electron.Dialog, 'showErrorBox' | 'showMessageBox'>;

export const safeStorage = {
  isEncryptionAvailable: (): boolean => true,
  getSelectedStorageBackend: (): ReturnType<Electron.SafeStorage['getSelectedStorageBackend']> => 'gnome_libsecret',
  encryptString: (text) => Buffer.from(text).reverse(),
  decryptString: (buffer) => Buffer.from(buffer).reverse().toString(),
} satisfies Pick<
  Electron.SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
>;

export class Tray extends EventEmitter implements Pick<Electron.Tray, 'setToolTip' | 'setContextMenu' | 'destroy'> {
  menu: Electron.MenuItemConstructorOptions[] = [];
  constructor(_icon: Electron.NativeImage | string) {
    super();
    seen.trays.push(this);
  }
  setToolTip(): void {}
  /** The menu is what `Menu.buildFromTemplate` of this file returns: the template. */
  setContextMenu(menu: Electron.Menu | Electron.MenuItemConstructorOptions[] | null): void {
    this.menu = Array.isArray(menu) ? menu : [];
  }
  destroy(): void {
    seen.trays = seen.trays.filter((tray) => tray !== this);
  }
}

/** The images that are asked for do not exist here. */
export class Notification extends EventEmitter implements Pick<Electron.Notification, 'show'> {
  static supported = true;
  static isSupported(): boolean {
    return Notification.supported;
  }
  readonly options: Electron.NotificationConstructorOptions;
  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.options = options;
  }
  show(): void {
    seen.notifications.push(this);
  }
}
export const nativeImage = {
  createFromPath: () => ({ resize: () => ({}) as Electron.NativeImage }),
};

export const nativeTheme = { shouldUseDarkColors: true } satisfies Pick<Electron.NativeTheme, 'shouldUseDarkColors'>;

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
} satisfies { getAllDisplays(): Pick<Electron.Display, 'workArea'>[] };

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[] | null) => {
    seen.menu = menu ?? undefined;
  },
};
