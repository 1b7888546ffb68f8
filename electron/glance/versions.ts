import type { HttpAnswer } from '../http/answer.ts';
import { jsonOf } from '../http/answer-words.ts';

/** A version of the image API, `2.16` as [2, 16]: never a decimal number, since 2.10 is newer than 2.9. */
type Version = [major: number, minor: number];

function parse(id: string): Version | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,5})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}

/**
 * The versions of a version list, newest first by number: the host's order says nothing (2.17 CURRENT comes after 2.8 in
 * Glance 29 to 33 with caching off). `undefined` when the answer is no version list.
 */
export function versionsOf(answer: HttpAnswer): string[] | undefined {
  const body = jsonOf(answer);
  const list = typeof body === 'object' && body !== null ? (body as { versions?: unknown }).versions : undefined;
  if (!Array.isArray(list)) return undefined;
  const versions = new Map<string, Version>();
  for (const entry of list) {
    const id = typeof entry === 'object' && entry !== null ? (entry as { id?: unknown }).id : undefined;
    const version = typeof id === 'string' ? parse(id) : undefined;
    if (version) versions.set(version.join('.'), version);
  }
  const sorted = [...versions].sort(([, a], [, b]) => compare(b, a)).map(([text]) => text);
  return sorted.length > 0 ? sorted.slice(0, 200) : undefined;
}

/** Whether a version is at least another. */
export function atLeast(version: string, wanted: string): boolean {
  const [a, b] = [parse(version), parse(wanted)];
  return a !== undefined && b !== undefined && compare(a, b) >= 0;
}

/** Which releases have a version as their newest, from the newest on (Glance's source by release tag). */
const releases: [version: string, release: string][] = [
  ['2.18', '2026.2 (33) or later'],
  ['2.17', '2024.2 (29) to 2026.1 (32)'],
  ['2.16', 'Yoga (24.1) to 2024.1 (28)'],
  ['2.15', 'Yoga (24.0)'],
  ['2.13', 'Xena (23)'],
  ['2.12', 'Wallaby (22) or Xena (23)'],
  ['2.11', 'Victoria (21)'],
  ['2.10', 'Ussuri (20)'],
  ['2.9', 'Train (19) to Xena (23)'],
  ['2.7', 'Rocky (17) or Stein (18)'],
  ['2.0', 'Queens (16) or earlier'],
];

/** The releases that list these versions. With caching off 2.14, 2.16 and 2.18 are missing, so less can be told. */
export function releaseOf(versions: readonly string[]): string {
  const newest = versions[0] ?? '';
  if (!versions.includes('2.14')) {
    if (newest === '2.15') return 'Yoga (24) to 2024.1 (28)';
    if (newest === '2.17') return '2024.2 (29) or later';
  }
  return releases.find(([version]) => atLeast(newest, version))?.[1] ?? 'unknown';
}
