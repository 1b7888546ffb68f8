import { slowestRead } from '../../../electron/contract/operations.ts';

const mebibyte = 1_024 ** 2;
/** The fastest that may be typed, in MiB a second; more limits nothing. */
const fastest = 1_000_000;

/** A typed rate in MiB a second as bytes a second: null where nothing stands, undefined for what is no rate. */
export function rateOf(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d{1,7}(?:[.,]\d{1,3})?$/.test(typed)) return undefined;
  const bytes = Math.round(Number(typed.replace(',', '.')) * mebibyte);
  return bytes >= slowestRead && bytes <= fastest * mebibyte ? bytes : undefined;
}
