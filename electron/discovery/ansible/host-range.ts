import { formatCount } from '../../lib/text.ts';
/** Names that one entry of an inventory may stand for. */
export const mostInRange = 1_000;

/**
 * The names that an entry of an inventory stands for: `glance[01:12]` is twelve, `edge-[a:c]-[1:2]` six, `node[0:20:5]`
 * five; an entry without brackets is itself. As Ansible does: leading noughts are kept, the end counts, letters go from a
 * to z. Tells what is wrong with the entry where it is no such range or stands for more than 1,000 names.
 */
export function expandRange(entry: string): { names: string[] } | { problem: string } {
  let names = [''];
  let rest = entry;
  for (;;) {
    const open = rest.indexOf('[');
    if (open < 0) return { names: names.map((name) => name + rest) };
    const close = rest.indexOf(']', open);
    if (close < 0) return { problem: 'a bracket of a range is not closed' };
    const values = valuesOf(rest.slice(open + 1, close));
    if (typeof values === 'string') return { problem: values };
    if (names.length * values.length > mostInRange) {
      return { problem: `it stands for more than ${formatCount(mostInRange)} hosts` };
    }
    const head = rest.slice(0, open);
    names = names.flatMap((name) => values.map((value) => name + head + value));
    rest = rest.slice(close + 1);
  }
}

const noRange = 'what stands in brackets is no range such as [01:12] or [a:f]';

function valuesOf(range: string): string[] | string {
  const match = /^(\d{0,9}|[A-Za-z]):(\d{1,9}|[A-Za-z])(?::(\d{1,9}))?$/.exec(range);
  if (!match) return noRange;
  const [, first = '', last = ''] = match;
  const step = Number(match[3] ?? '1');
  if (step < 1) return 'the step of a range is nought';
  const letters = /[A-Za-z]/.test(first);
  if (letters !== /[A-Za-z]/.test(last)) return noRange;
  const width = /^0\d/.test(first) ? first.length : 0;
  // Ansible refuses [01:100] too: what would the first be called?
  if (width > 0 && last.length !== width) return 'the ends of a range with leading noughts differ in length';
  const from = letters ? (first.codePointAt(0) ?? 0) : Number(first);
  const to = letters ? (last.codePointAt(0) ?? 0) : Number(last);
  if (from > to || (letters && from < 91 && to > 96)) return 'a range ends before it begins';
  if ((to - from) / step >= mostInRange) return `it stands for more than ${formatCount(mostInRange)} hosts`;
  const values: string[] = [];
  for (let value = from; value <= to; value += step) {
    values.push(letters ? String.fromCodePoint(value) : String(value).padStart(width, '0'));
  }
  return values;
}
