/**
 * JSON as Python's `json.dumps` writes it, which is what Glance sends: a blank after `:` and `,`. `ascii` escapes
 * everything else than ASCII (Glance's cache API does, its image API does not).
 */
export function pythonJson(value: unknown, ascii = true): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, ascii)).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${text(key, ascii)}: ${pythonJson(member, ascii)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? text(value, ascii) : JSON.stringify(value);
}

function text(value: string, ascii: boolean): string {
  const quoted = JSON.stringify(value);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
