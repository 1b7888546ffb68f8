import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { systemCode } from '../lib/system-error.ts';

const windowState = z.object({
  /** Of its upper left corner; null leaves it to the system. */
  place: z.object({ x: z.int(), y: z.int() }).nullable(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});

/** Where the window was, in device-independent pixels. */
export type WindowState = z.infer<typeof windowState>;
/** A screen's usable part. */
export type Area = { x: number; y: number; width: number; height: number };

const first: WindowState = { place: null, width: 1280, height: 800, maximized: false };

/** What was kept, or the first window's state where nothing was kept that is of use. */
export function readWindowState(file: string): WindowState {
  try {
    const kept = windowState.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.success ? kept.data : first;
  } catch {
    // No file, or a damaged one: where the window was is worth no complaint.
    return first;
  }
}

/** Keeps a state for the next start, where the file can be written. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileAtomic.sync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch (error) {
    // A full disk must not keep the window from closing: where it was is worth no complaint.
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
