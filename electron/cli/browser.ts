import open from 'open';

/** Whether there is a screen that a browser could be shown on. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = env;
  if (DISPLAY || WAYLAND_DISPLAY) return true;
  return !SSH_CONNECTION && (platform === 'darwin' || platform === 'win32');
}

/** Opens the operator's browser. Rejects when none can be started. */
export async function openBrowser(url: string): Promise<void> {
  const started = await open(url);
  started.on('error', () => {
    // There is no browser after all. The address stands on the screen, and that is enough.
  });
}
