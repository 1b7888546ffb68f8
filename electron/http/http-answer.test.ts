import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../contract/failure.ts';
import { evidenceOf, messageOfAnswer, redirectFailure, requestIdOf } from './http-answer.ts';
import { recordedAnswer } from './testing/recorded.ts';

const glance = new URL('../glance/', import.meta.url);
const keystone = new URL('../keystone/', import.meta.url);
const answer = (text: string, headers: Record<string, string> = {}, status = 500) => ({ status, headers, text });

describe('messageOfAnswer', () => {
  it.each([
    ['glance-25.1-list-403-member', 'You are not authorized to complete cache_list action.'],
    ['glance-25.1-list-403-accept-any', 'You are not authorized to complete cache_list action.'],
    ['glance-25.1-prune-405', 'The method POST is not allowed for this resource.'],
    ['glance-33.0-cache-list-404-cache-off', 'Caching via API is not supported at this site.'],
  ])('extracts the message of %s', (name, words) => {
    expect(messageOfAnswer(recordedAnswer(glance, name))).toBe(words);
  });

  it('reads plain text without the status line', () => {
    expect(messageOfAnswer(recordedAnswer(glance, 'glance-25.1-list-401-no-accept'))).toMatch(/^This server could not/);
  });

  it('reads the message of Keystone', () => {
    const words = messageOfAnswer(recordedAnswer(keystone, 'keystone-appcred-unknown-404'));
    expect(words).toBe('Could not find Application Credential: deadbeef.');
  });

  it('decodes entities of HTML once, and leaves out what is not shown', () => {
    const html =
      '<html><head><title>no</title></head><body><script>alert(1)</script>a &lt;b&gt; &amp;amp; &#8364;</body>';
    expect(messageOfAnswer(answer(html))).toBe('a <b> &amp; €');
  });

  it('returns nothing for an empty answer', () => {
    expect(messageOfAnswer(answer(''))).toBeUndefined();
    expect(messageOfAnswer(answer(' \n'))).toBeUndefined();
    expect(messageOfAnswer(answer('<html></html>'))).toBeUndefined();
  });

  it('is fast, short and without control characters for any answer', () => {
    const pieces = fc.constantFrom(
      '<head',
      '<',
      '>',
      '<br',
      '&#',
      '&#0;',
      '&#xD800;',
      ';',
      '{"message":',
      '"',
      '\u0000',
      'x ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 3_000 }), (parts) => {
        const words = messageOfAnswer(answer(parts.join('')));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
        expect(words === undefined || (words.length <= 1_000 && !/[\u0000-\u001f]/.test(words))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('evidenceOf', () => {
  it('fits the contract for any answer of a host', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.string(), fc.string(), fc.string(), (status, text, id, wait) => {
        const headers = { 'x-openstack-request-id': id, 'retry-after': wait };
        failure.parse({ code: 'hostError', message: '', remedy: '', ...evidenceOf(answer(text, headers, status)) });
      }),
    );
  });

  it('keeps only a valid request id', () => {
    expect(requestIdOf(answer('', { 'x-openstack-request-id': 'req-1f' }))).toBe('req-1f');
    expect(requestIdOf(answer('', { 'x-openstack-request-id': 'a b' }))).toBeUndefined();
  });

  it.each([
    [503, { 'retry-after': '120' }, 120],
    [429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30],
    [429, { 'retry-after': 'soon' }, undefined],
    [429, { 'retry-after': '99999999' }, 86_400],
    [200, { 'retry-after': '120' }, undefined],
  ])('%s with %j asks for a wait of %s s', (status, headers, seconds) => {
    expect(evidenceOf(answer('', headers as Record<string, string>, status)).retryAfterSeconds).toBe(seconds);
  });

  it('of a redirect names the target, without a login', () => {
    const { message } = redirectFailure('http://a', answer('', { location: 'https://me:secret@b/' }, 301)).failure;
    expect(message).toContain('https://b/');
    expect(message).not.toContain('secret');
  });
});
