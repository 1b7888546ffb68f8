import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { proxyFor } from './proxy.ts';

const through = (url: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(url), env)?.uri;
const proxy = 'http://proxy:3128';

describe('proxyFor', () => {
  it('uses the variable of the scheme, lower case first, then ALL_PROXY', () => {
    expect(through('http://a', { HTTP_PROXY: proxy })).toBe(proxy);
    expect(through('http://a', { HTTP_PROXY: 'http://other', http_proxy: proxy })).toBe(proxy);
    expect(through('https://a', { HTTPS_PROXY: proxy })).toBe(proxy);
    expect(through('https://a', { HTTP_PROXY: proxy })).toBeUndefined();
    expect(through('https://a', { all_proxy: proxy })).toBe(proxy);
    expect(through('http://a', {})).toBeUndefined();
    expect(through('http://a', { HTTP_PROXY: ' ' })).toBeUndefined();
  });

  it.each([
    ['*', true],
    ['glance.example', true],
    ['.example', true],
    ['*.example', true],
    ['other.example, glance.example', true],
    ['glance.example:9292', true],
    ['glance.example:80', false],
    ['lance.example', false],
    ['GLANCE.EXAMPLE', true],
  ])('bypasses the proxy for glance.example with NO_PROXY=%s: %s', (spared, direct) => {
    const found = through('http://glance.example:9292', { HTTP_PROXY: proxy, NO_PROXY: spared });
    expect(found).toBe(direct ? undefined : proxy);
  });

  it.each([
    ['http://10.1.2.3:9292', '10.0.0.0/8', true],
    ['http://11.1.2.3:9292', '10.0.0.0/8', false],
    ['http://10.1.2.3:9292', '10.1.2.3', true],
    ['http://10.1.2.3:9292', '1.2.3', false],
    ['http://[fd00::1]:9292', 'fd00::/8', true],
    ['http://[fd00::1]:9292', '[fd00::1]:9292', true],
    ['http://10.1.2.3:9292', '10.0.0.0/99', false],
    ['http://10.1.2.3:9292', '10.0.0.0/', false],
  ])('matches addresses: %s with NO_PROXY=%s: %s', (url, spared, direct) => {
    expect(through(url, { HTTP_PROXY: proxy, NO_PROXY: spared })).toBe(direct ? undefined : proxy);
  });

  it.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://127.3.3.3', 'http://[::1]:1'])(
    'is never used for this machine: %s',
    (url) => {
      expect(through(url, { HTTP_PROXY: proxy, ALL_PROXY: proxy })).toBeUndefined();
    },
  );

  it('shows a proxy without its login, and accepts one without a scheme', () => {
    expect(proxyFor(new URL('http://a'), { HTTP_PROXY: 'me:secret@proxy:3128' })).toEqual({
      uri: 'http://me:secret@proxy:3128',
      shown: proxy,
    });
  });

  it.each([
    'socks5h://127.0.0.1:1080',
    'socks5://me:secret@127.0.0.1:1080',
    'socks://127.0.0.1:1080/',
    'SOCKS5H://[::1]:9050',
  ])('accepts the SOCKS proxy %s', (text) => {
    expect(through('https://a', { ALL_PROXY: text })).toBe(text);
    expect(proxyFor(new URL('https://a'), { ALL_PROXY: text })?.shown).not.toContain('secret');
  });

  it.each(['socks4://127.0.0.1:1080', 'ftp://127.0.0.1', 'socks5h://', 'socks5h:///x'])('rejects %s', (text) => {
    expect(() => through('https://a', { ALL_PROXY: text })).toThrow(ExpectedFailure);
  });

  it('rejects what is not an address, without showing it', () => {
    try {
      through('http://a', { HTTP_PROXY: 'http://me:secret@' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpectedFailure);
      expect((error as ExpectedFailure).failure.code).toBe('invalidInput');
      expect((error as ExpectedFailure).message).not.toContain('secret');
    }
  });
});
