/** A UUID as Glance writes it. Ids are case-sensitive there, so capitals are not made small. */
const uuid = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/g;

/** The image ids in a text, each once: lines of a ticket, a column of a table, a log. */
export function findImageIds(text: string): string[] {
  return [...new Set(text.match(uuid) ?? [])];
}
