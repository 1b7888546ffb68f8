/** A typed whole number within bounds, `5,000` being five thousand; undefined for anything else. */
export function wholeNumberOf(text: string, from: number, to: number): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$|^\d{1,3}(?:,\d{3}){1,2}$/.test(digits)) return undefined;
  const number = Number(digits.replaceAll(',', ''));
  return number >= from && number <= to ? number : undefined;
}
