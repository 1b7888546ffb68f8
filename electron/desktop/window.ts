import { BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { pageOrigin } from '../contract/transport.ts';
import { fitToScreens, readWindowState, writeWindowState } from './window-state.ts';

export type WindowOptions = {
  title: string;
  /** The built preload script. */
  preload: string;
  /** The file that keeps the window's position and size. */
  stateFile: string;
};

/** Opens the console's window and shows it when its page is painted. */
export function openWindow({ title, preload, stateFile }: WindowOptions): BrowserWindow {
  const { maximized, place, width, height } = fitToScreens(
    readWindowState(stateFile),
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...place,
    width,
    height,
    minWidth: 720,
    minHeight: 480,
    title,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1318' : '#f6f7f9',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const { x, y, ...size } = window.getNormalBounds();
    writeWindowState(stateFile, { place: { x, y }, ...size, maximized: window.isMaximized() });
  });
  window.webContents.on('render-process-gone', (_, { reason }) => void offerReload(window, reason));
  void window.loadURL(`${pageOrigin}/`);
  return window;
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  if (reason === 'clean-exit' || window.isDestroyed()) return;
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The console page crashed',
    detail: `Operations on the hosts continue. (${reason})`,
    buttons: ['Reload', 'Quit'],
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.close();
}
