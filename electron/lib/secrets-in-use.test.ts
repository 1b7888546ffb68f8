import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { hideLongSecrets, hideSecrets, registerSecret } from './secrets-in-use.ts';

const releases: (() => void)[] = [];
const register = (secret: string) => releases.push(registerSecret(secret));
afterEach(() => {
  for (const release of releases.splice(0)) release();
});

const html = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[letter] ?? '',
  );
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const ascii = (text: string) =>
  json(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const plus = (text: string) => new URLSearchParams({ q: text }).toString().slice(2);
const base64 = (text: string) => Buffer.from(text).toString('base64');

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: json,
  'JSON in JSON': (text) => json(json(text)),
  'JSON in ASCII': ascii,
  'JSON in ASCII, upper case': (text) => ascii(text).replace(/\\u..../g, (one) => `\\u${one.slice(2).toUpperCase()}`),
  'JSON in HTML': (text) => html(json(text)),
  HTML: html,
  'HTML twice': (text) => html(html(text)),
  'HTML, numbers only': (text) => [...text].map((letter) => `&#${letter.codePointAt(0)};`).join(''),
  'JSON in a URL': (text) => encodeURIComponent(json(text)),
  'JSON in ASCII in HTML': (text) => html(ascii(text)),
  URL: encodeURIComponent,
  'URL, lower case': (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
  'URL twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'URL, all characters': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  form: plus,
  'bytes of Python': (text) =>
    json(Buffer.from(text).toString('latin1')).replace(/[^ -~]/g, (one) => `\\x${one.charCodeAt(0).toString(16)}`),
  base64,
  'base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'base64 of a login': (text) => base64(`admin:${text}`),
  'base64 of another login': (text) => base64(`root:${text}\n`),
  'base64 of a body': (text) => base64(JSON.stringify({ auth: { password: text } })),
  'base64 in a URL': (text) => encodeURIComponent(base64(text)),
};

const secrets = [
  'correct horse battery',
  'p"w\\d<x>&y\'z/é€😀',
  'a\\\\b""c\\"d-longer',
  'tab\there, and $^.*[brackets](round){curly}|/',
  'gAAAAABm-zq3_x'.repeat(20),
  '0f3c2d1e4b5a69788796a5b4c3d2e1f0',
  'pw"\\1',
];

describe('secrets in use', () => {
  for (const [name, encode] of Object.entries(encodings)) {
    it(`are hidden when a text contains them as ${name}`, () => {
      for (const secret of secrets) {
        register(secret);
        const text = `Bad request: {"x-auth-token": "${encode(secret)}"} at 12:00`;
        const shown = hideSecrets(text);
        expect(shown, secret).not.toContain(encode(secret));
        expect(shown, secret).not.toContain(secret.slice(0, 8));
        expect(shown, secret).toContain('[hidden]');
        expect(shown.startsWith('Bad request: ')).toBe(true);
        expect(shown.endsWith('"} at 12:00')).toBe(true);
      }
    });
  }

  it('are hidden in any encoding, whatever characters they contain', () => {
    const encode = fc.constantFrom(...Object.values(encodings));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }),
        encode,
        fc.lorem(),
        (secret, encode, words) => {
          fc.pre(secret.trim().length >= 8 && secret.isWellFormed());
          const release = registerSecret(secret);
          try {
            const quoted = encode(secret);
            expect(hideSecrets(`${words} "${quoted}" ${words}`)).not.toContain(quoted);
          } finally {
            release();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are hidden when a text ends in the middle of them', () => {
    register('gAAAAABm-zq3_x'.repeat(20));
    register('0f3c2d1e4b5a69788796a5b4c3d2e1f0');
    expect(hideSecrets('token 0f3c2d1e4b5a697887')).toBe('token [hidden]');
  });

  it('are hidden as whole words if they are short, and not at all below four characters', () => {
    register('admin');
    register('abc');
    expect(hideSecrets('administrators abc "admin" -> admin:admin')).toBe(
      'administrators abc "[hidden]" -> [hidden]:[hidden]',
    );
    expect(hideSecrets('\\nadmin\\n')).toBe('\\n[hidden]\\n');
    expect(hideLongSecrets('the role admin')).toBe('the role admin');
  });

  it('stay hidden while one owner uses them, and for a while after', () => {
    const first = registerSecret('the first password');
    const second = registerSecret('the first password');
    first();
    first();
    expect(hideSecrets('x the first password')).toBe('x [hidden]');
    second();
    expect(hideSecrets('x the first password')).toBe('x [hidden]');
    for (let count = 0; count < 40; count += 1) registerSecret(`password number ${count}`)();
    expect(hideSecrets('x the first password')).toBe('x the first password');
    expect(hideSecrets('x password number 39')).toBe('x [hidden]');
  });

  it('leave other texts as they are', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        register('zq9-Zq9-zq9');
        expect(hideSecrets(text)).toBe(text);
      }),
    );
  });

  it('include tokens of Keystone, also unknown ones', () => {
    expect(hideSecrets('X-Auth-Token: gAAAAABmabcdefghijklmnopqrst==, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.sig')).toBe(
      'X-Auth-Token: [hidden], [hidden]',
    );
  });
});
