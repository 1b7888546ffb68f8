import { app } from 'electron';

/**
 * Ends the console before the process: once, and within a second, so that quitting never hangs. What was still running
 * is in the journal and can be gone on with.
 */
export function setUpShutdown(close: () => Promise<unknown>, within = 900): void {
  let isEnding = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isEnding) return;
    isEnding = true;
    const limit = new Promise((resolve) => setTimeout(resolve, within).unref());
    void Promise.race([close(), limit]).then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
}
