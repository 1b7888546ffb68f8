/** A pasted text with an image's id in the place of what stood on one of its lines, counted from 1. */
export function replaceLine(text: string, line: number, what: string, id: string): string {
  const lines = text.split('\n');
  const at = lines[line - 1];
  if (at === undefined) return text;
  lines[line - 1] = at.includes(what) ? at.replace(what, () => id) : id;
  return lines.join('\n');
}

/** Whether a pasted text is a list, rather than words to search for. */
export function isList(text: string): boolean {
  return text.trim().split(/\s*\n\s*/).length > 1;
}
