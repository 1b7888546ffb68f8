import { createHash } from 'node:crypto';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import { hideSecrets } from '../lib/secrets-in-use.ts';

/**
 * An HTTP answer of any status. Header names are in lower case. A body over 128 KiB is in `large`, and `text` is its
 * beginning only.
 */
export type HttpAnswer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  large?: LargeBody;
  /** The proxy that may have given this answer itself, because the request was not encrypted. */
  proxy?: string;
};

/** A body that is too long to be decoded and parsed at once (`answer-reader.ts`). */
export type LargeBody = { blocks: readonly Uint8Array<ArrayBuffer>[]; bytes: number; digest: string };

/** Characters of an error page that are read, so that the pattern matching below stays fast on any input. */
const maxRead = 8_000;
const maxMessage = 1_000;

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[String(name).toLowerCase()] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      ? String.fromCodePoint(point)
      : whole;
  });
}

function textOfHtml(html: string): string {
  const bare = html.replace(/<(head|script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ').replace(/<[^<>]*>/g, ' ');
  return decodeEntities(bare);
}

/** The beginning of a server's text, without the secrets that it repeats. They are hidden before the text is cut. */
function readStart(text: string): string {
  return hideSecrets(text.slice(0, 2 * maxRead)).slice(0, maxRead);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * Returns the message of a JSON error: Glance's `{"message", "code", "title"}` or Keystone's `{"error": {"message"}}`.
 */
function messageOf(value: unknown): string | undefined {
  const candidates = [field(value, 'message'), field(field(value, 'error'), 'message'), field(value, 'title')];
  return candidates.find((candidate) => typeof candidate === 'string');
}

/** Returns a header by its name in lower case. */
export function headerOf(answer: HttpAnswer, name: string): string | undefined {
  return answer.headers[name];
}

/**
 * Parses a small body as JSON, whatever the content type is. `undefined` if it is not JSON, or large: bodies that may
 * be large are read with `readAnswer`.
 */
export function jsonOf(answer: HttpAnswer): unknown {
  if (answer.large) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    // The caller decides what a body without JSON means.
    return undefined;
  }
}

/**
 * Returns the server's message as one line of plain text, from JSON, HTML or text: without tags and surplus blanks, at
 * most 1,000 characters, and without the secrets in use that it repeats. `undefined` when there is none.
 */
export function messageOfAnswer(answer: HttpAnswer): string | undefined {
  const message = messageOf(jsonOf(answer));
  let text: string;
  if (message !== undefined) text = readStart(message).replace(/<br ?\/?>/gi, ' ');
  else {
    const start = readStart(answer.text);
    text = /^\s*</.test(start) || /html/i.test(headerOf(answer, 'content-type') ?? '') ? textOfHtml(start) : start;
  }
  // A page may have spread a secret over tags and entities, which are gone by now.
  const words = hideSecrets(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a stranger are what is removed.
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    // Glance puts the status line in front of its message.
    .replace(/^[1-5]\d\d [A-Z][A-Za-z -]*? (?=[A-Z])/, '')
    .slice(0, maxMessage);
  return words === '' ? undefined : words;
}

/** A digest of the body: two answers with the same one say the same. */
export function digestOf(answer: HttpAnswer): string {
  return answer.large?.digest ?? createHash('sha256').update(answer.text).digest('base64');
}

/** Returns `x-openstack-request-id`, which finds the request in the log of the service. */
export function requestIdOf(answer: HttpAnswer): string | undefined {
  const id = headerOf(answer, 'x-openstack-request-id');
  return id && /^[\x21-\x7e]{1,200}$/.test(id) ? id : undefined;
}

/** Returns the seconds of `Retry-After`, which is a number or a date (RFC 9110, 10.2.3). */
function retryAfterOf(answer: HttpAnswer): number | undefined {
  const text = headerOf(answer, 'retry-after')?.trim() ?? '';
  const now = Date.parse(headerOf(answer, 'date') ?? '');
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - (Number.isNaN(now) ? Date.now() : now)) / 1000);
  return Number.isNaN(seconds) || seconds < 0 ? undefined : Math.min(seconds, 86_400);
}

/** Returns the fields of a failure that come from the answer. */
export function evidenceOf(answer: HttpAnswer): Pick<Failure, 'status' | 'detail' | 'requestId' | 'retryAfterSeconds'> {
  const { status } = answer;
  const message = messageOfAnswer(answer);
  // A page or text may be the proxy's own: Glance and Keystone mostly answer in JSON.
  const proxy = answer.proxy !== undefined && jsonOf(answer) === undefined ? answer.proxy : undefined;
  const detail =
    proxy === undefined ? message : `${message ?? 'No message.'} (Response received through the proxy ${proxy}.)`;
  const requestId = requestIdOf(answer);
  const retryAfterSeconds = status === 429 || status === 503 ? retryAfterOf(answer) : undefined;
  return {
    ...(status >= 100 && status <= 599 ? { status } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/**
 * The failure for a redirect. Redirects are never followed, because one could carry a token or a password to another
 * origin.
 */
export function redirectFailure(at: string, answer: HttpAnswer): ExpectedFailure {
  const location = (headerOf(answer, 'location') ?? '').replace(/\/\/[^/@]*@/, '//').slice(0, 300);
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${at}: redirects (${answer.status})${location ? ` to ${location}` : ''}. The console does not follow redirects.`,
    remedy: 'If the target is correct, use that address instead.',
    status: answer.status,
  });
}
