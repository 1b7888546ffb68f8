import { Menu, nativeImage, Tray } from 'electron';

export type ConsoleTrayOptions = {
  title: string;
  /** The path of the icon. */
  icon: string;
  /** Shows the window, or opens one. */
  show: () => void;
  quit: () => void;
};

/** Pixels; the usual height in the panels of desktops. */
const iconHeight = 22;

/** The icon in the system tray, from which a console is reached whose window is closed. */
export class ConsoleTray {
  readonly #options: ConsoleTrayOptions;
  #tray: Tray | undefined;

  constructor(options: ConsoleTrayOptions) {
    this.#options = options;
  }

  /** Whether the console keeps running without a window. */
  get isShown(): boolean {
    return this.#tray !== undefined;
  }

  /** Shows or removes the icon. */
  configure(wanted: boolean): void {
    if (wanted === this.isShown) return;
    this.#tray?.destroy();
    this.#tray = wanted ? this.#open() : undefined;
  }

  #open(): Tray {
    const { title, icon, show, quit } = this.#options;
    const tray = new Tray(nativeImage.createFromPath(icon).resize({ height: iconHeight }));
    tray.setToolTip(title);
    tray.setContextMenu(
      Menu.buildFromTemplate([{ label: 'Show', click: show }, { type: 'separator' }, { label: 'Quit', click: quit }]),
    );
    // Some desktops of Linux open only the menu.
    tray.on('click', show);
    return tray;
  }
}
