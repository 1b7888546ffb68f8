/**
 * A value of unknown shape as short text, for showing a record that is not what it should be. Goes only as deep and as
 * far as it may, so that neither size nor nesting of what a host sends matters.
 */
export function excerpt(value: unknown, limit = 300): string {
  let text = '';
  const write = (piece: string) => {
    text += piece.slice(0, limit - text.length + 1);
  };
  const visit = (item: unknown, depth: number): void => {
    if (text.length > limit) return;
    if (typeof item === 'string') write(JSON.stringify(item.slice(0, limit)));
    else if (typeof item !== 'object' || item === null) write(String(item));
    else if (depth === 4) write('…');
    else if (Array.isArray(item)) all('[', item.entries(), ']', () => '', depth);
    else all('{', Object.entries(item), '}', (key) => `${JSON.stringify(String(key).slice(0, limit))}: `, depth);
  };
  const all = (
    open: string,
    entries: Iterable<[unknown, unknown]>,
    close: string,
    label: (key: unknown) => string,
    depth: number,
  ): void => {
    let separator = open;
    for (const [key, item] of entries) {
      if (text.length > limit) return;
      write(`${separator}${label(key)}`);
      visit(item, depth + 1);
      separator = ', ';
    }
    write(separator === open ? open + close : close);
  };
  visit(value, 0);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
