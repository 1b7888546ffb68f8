import { DecodedText, latin1Of } from './decoded-text.ts';

/** The replacement of a secret in a text. */
const hidden = '[hidden]';

/** Shorter secrets are not searched for: hiding every "abc" of a text would point at the secret and spoil the text. */
const minLength = 4;
/** Secrets from this length on are hidden anywhere; shorter ones may be common words and are hidden as whole words. */
const longLength = 8;
/** Secrets that are searched for after their owner has released them: a late answer may still quote them. */
const maxReleased = 32;

/** Fernet tokens of Keystone and JSON web tokens, whether they are known or not. */
const tokenText = /\b(?:gAAAAA[\w-]{16,}=*|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;

type Entry = { needles: Needle[]; owners: number; long: boolean };
/** The forms that are searched for in a text without escapes. */
type Needle = { text: string; wholeWord: boolean };

/** A longer secret of which a text has only the beginning is found from this number of characters on. */
const minPart = 16;

/** The passwords, tokens and proxy logins that the console uses at present, or used last. */
const entries = new Map<string, Entry>();

/**
 * Hides a secret from now on: see `hideSecrets`. Call it before the secret is sent. Returns a function that releases
 * the secret.
 */
export function registerSecret(secret: string): () => void {
  if (secret.trim().length < minLength) return () => undefined;
  const long = secret.length >= longLength;
  const entry = entries.get(secret) ?? { needles: needlesOf(secret, !long), owners: 0, long };
  entry.owners += 1;
  entries.set(secret, entry);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    entry.owners -= 1;
    // The map keeps the order of release, so that the one that was released first is forgotten first.
    if (entry.owners === 0 && entries.delete(secret)) entries.set(secret, entry);
    const unused = [...entries].filter(([, { owners }]) => owners === 0);
    for (const [old] of unused.slice(0, Math.max(0, unused.length - maxReleased))) entries.delete(old);
  };
}

/**
 * A text of a server or of a program without the secrets in use, in whatever encoding the text has them: plain, or escaped
 * for JSON, Python, HTML or a URL, or in base64. Call it before the text is cut. For texts of up to some 100,000
 * characters.
 */
export function hideSecrets(text: string): string {
  return hide(text, () => true);
}

/**
 * A text of the console itself without the secrets in use, as a last line of defence. Secrets that may be common words are
 * left: they would be cut out of the console's own words.
 */
export function hideLongSecrets(text: string): string {
  return hide(text, ({ long }) => long);
}

/** Secrets from this length on are tokens and the like: no name of an image, a user or a property is one by chance. */
const opaqueLength = 20;

/** The tokens in use, for `hideOpaque` in another thread. */
export function opaqueSecrets(): string[] {
  const opaque = [...entries.keys()].filter((secret) => secret.length >= opaqueLength);
  return [...new Set(opaque.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
}

/**
 * The text of an answer that is going to be parsed, without the tokens in use. Shorter secrets are left: a password such as
 * "openstack" may be part of the data, and a changed name would be worse than one that is shown.
 */
export function hideOpaque(text: string, secrets: readonly string[] = opaqueSecrets()): string {
  return secrets.reduce((shown, secret) => (shown.includes(secret) ? shown.replaceAll(secret, hidden) : shown), text);
}

function hide(text: string, wanted: (entry: Entry) => boolean): string {
  if (text.length < minLength) return text;
  const ranges: [start: number, end: number][] = [];
  const used = [...entries].filter(([, entry]) => wanted(entry));
  const decoded = used.length > 0 ? new DecodedText(text) : undefined;
  for (const [secret, { needles, long }] of used) {
    if (long) ranges.push(...plainIn(text, secret));
    for (const needle of needles) if (decoded) ranges.push(...findIn(decoded, needle));
  }
  for (const match of text.matchAll(tokenText)) ranges.push([match.index, match.index + match[0].length]);
  if (ranges.length === 0) return text;
  ranges.sort(([a], [b]) => a - b);
  let shown = '';
  let at = 0;
  for (const [start, end] of ranges) {
    // Overlapping and adjoining finds become one mark.
    if (start > at || shown === '') shown += text.slice(at, start) + hidden;
    at = Math.max(at, end);
  }
  return shown + text.slice(at);
}

/**
 * The forms of a secret in a text without escapes: itself, with its bytes in UTF-8 read one by one, and in base64,
 * alone or within a larger text such as `user:password` or a whole body.
 */
function needlesOf(secret: string, wholeWord: boolean): Needle[] {
  const plain = [secret, latin1Of(secret)];
  const encoded = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  const base64 = encoded.flatMap(base64Of);
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const needles = new Map<string, Needle>();
  for (const [texts, word] of [[[...base64, ...urlSafe], false] as const, [plain, wholeWord] as const]) {
    for (const one of texts) {
      const { text } = new DecodedText(one);
      if (text.length >= minLength) needles.set(text, { text, wholeWord: word });
    }
  }
  return [...needles.values()];
}

/** The characters of base64 that a text has in each of its three positions within a larger one, whatever surrounds it. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

/** A text has the secret unescaped; the surrounding characters may look like an escape together with it. */
function* plainIn(text: string, secret: string): Generator<[start: number, end: number]> {
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
    yield [at, at + secret.length];
  }
}

function* findIn(decoded: DecodedText, { text: needle, wholeWord }: Needle): Generator<[start: number, end: number]> {
  const { text } = decoded;
  const part = needle.slice(0, minPart);
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    let length = part.length;
    while (length < needle.length && text[at + length] === needle[length]) length += 1;
    const end = at + length;
    if (wholeWord && (continuesWord(decoded, at - 1) || continuesWord(decoded, end - 1))) continue;
    yield decoded.original(at, end);
    at = end - 1;
  }
}

/** Whether a word continues from a character to the next one. */
function continuesWord(decoded: DecodedText, first: number): boolean {
  const pair = decoded.text.slice(Math.max(first, 0), first + 2);
  return first >= 0 && /^[\p{L}\p{N}]{2}$/u.test(pair) && decoded.adjoin(first);
}
