/** Hands a text to the operator as a file. */
export function saveFile(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name for a file with what was shown when: `glance-03 cached images 2026-11-22.csv`. */
export function fileName(what: string, ending: string, now: Date): string {
  const safe = what.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-');
  return `${safe} ${now.toISOString().slice(0, 10)}.${ending}`;
}
