import open from 'open';

/** Whether there is a display for a browser or a desktop. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = env;
  if (DISPLAY || WAYLAND_DISPLAY) return true;
  return !SSH_CONNECTION && (platform === 'darwin' || platform === 'win32');
}

/**
 * Opens the operator's browser. Throws when none can be started.
 *
 * @param url without a secret: every user of the machine can read the command line of the browser
 * @param umask of the operator, which is for the files that the browser writes
 */
export async function openBrowser(url: string, umask: number): Promise<void> {
  const own = process.umask(umask);
  try {
    const started = await open(url);
    started.on('error', () => {
      // There is no browser after all. The operator can still open the printed address.
    });
  } finally {
    process.umask(own);
  }
}
