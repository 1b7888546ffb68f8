/** A UUID as Glance writes it. Glance compares ids case-sensitively, so upper case is kept. */
const uuid = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/g;

/** The image ids in a text, each once: lines of a ticket, a column of a table, a log. */
export function findImageIds(text: string): string[] {
  return [...new Set(text.match(uuid) ?? [])];
}
