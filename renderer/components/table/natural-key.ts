/**
 * A text to compare by, so that `glance-2` comes before `glance-10` and case does not matter. Compared with `<`, which
 * on 100,000 rows is many times faster than a collator.
 */
export function naturalKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
