import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { systemCode } from '../lib/system-error.ts';

const windowState = z.object({
  /** The upper left corner; null leaves it to the system. */
  place: z.object({ x: z.int(), y: z.int() }).nullable(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});

/** The last position and size of the window, in device-independent pixels. */
export type WindowState = z.infer<typeof windowState>;
/** A screen's usable part. */
export type Area = { x: number; y: number; width: number; height: number };

const first: WindowState = { place: null, width: 1280, height: 800, maximized: false };

/** The saved state, or that of the first window if none was saved that can be used. */
export function readWindowState(file: string): WindowState {
  try {
    const kept = windowState.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.success ? kept.data : first;
  } catch {
    // There is no file, or it is damaged. The position of the window is not important enough to report that.
    return first;
  }
}

/** Saves a state for the next start, if the file can be written. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileAtomic.sync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch (error) {
    // A full disk must not keep the window from closing, and the position is not important enough to report it.
    if (systemCode(error) === undefined) throw error;
  }
}

/** The state on the screens of today: a place that none of them shows (enough of) is left to the system to choose. */
export function fitToScreens(state: WindowState, screens: readonly Area[]): WindowState {
  const { place, width } = state;
  const isSeen = screens.some(
    (screen) =>
      place !== null &&
      Math.min(place.x + width, screen.x + screen.width) - Math.max(place.x, screen.x) >= 100 &&
      place.y >= screen.y - 10 &&
      place.y <= screen.y + screen.height - 50,
  );
  return isSeen ? state : { ...state, place: null };
}
