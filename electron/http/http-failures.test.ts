import { describe, expect, it } from 'vitest';
import { ExpectedFailure, type FailureCode, failure } from '../contract/failure.ts';
import { requestFailure } from './http-failures.ts';
import type { RequestContext } from './request-context.ts';

const failing: RequestContext = {
  method: 'GET',
  repeatable: true,
  url: new URL('https://user:secret@glance-01.example:9292/v2/cache?token=secret'),
  deadlineMs: 5_000,
  connectMs: 10_000,
  proxy: undefined,
  answered: false,
};

function words(error: unknown, more: Partial<RequestContext> = {}) {
  const made = requestFailure(error, { ...failing, ...more });
  expect(made).toBeInstanceOf(ExpectedFailure);
  const reported = failure.parse((made as ExpectedFailure).failure);
  expect(JSON.stringify(reported)).not.toContain('secret');
  return reported;
}

function error(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const cases: [code: string, failure: FailureCode, words: RegExp][] = [
  ['ENOTFOUND', 'unreachable', /host name glance-01\.example not found/],
  ['EAI_AGAIN', 'unreachable', /could not resolve/],
  ['ECONNREFUSED', 'unreachable', /refused/],
  ['EHOSTUNREACH', 'unreachable', /no route/],
  ['ENETUNREACH', 'unreachable', /network is unreachable/],
  ['ETIMEDOUT', 'unreachable', /no connection within 5 s/],
  ['UND_ERR_CONNECT_TIMEOUT', 'unreachable', /no connection within 5 s/],
  ['ECONNRESET', 'unreachable', /closed without a response/],
  ['UND_ERR_SOCKET', 'unreachable', /closed without a response/],
  ['UND_ERR_HEADERS_OVERFLOW', 'badResponse', /headers are too long/],
  ['HPE_INVALID_CONSTANT', 'badResponse', /does not speak HTTP/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /self-signed/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /self-signed CA/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', /unknown CA/],
  ['CERT_HAS_EXPIRED', 'tls', /expired/],
  ['CERT_NOT_YET_VALID', 'tls', /not valid yet/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /does not use TLS/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', /client certificate/],
  ['ERR_SSL_SOMETHING_NEW', 'tls', /ERR_SSL_SOMETHING_NEW/],
];

describe('requestFailure', () => {
  it.each(cases)('%s is %s', (code, expected, pattern) => {
    const reported = words(error(code));
    expect(reported.code).toBe(expected);
    expect(reported.message).toMatch(/^https:\/\/glance-01\.example:9292\/v2\/cache: /);
    expect(reported.message).toMatch(pattern);
    expect(reported.remedy).not.toBe('');
  });

  it('considers causes and aggregated errors', () => {
    expect(words(new Error('failed', { cause: error('ECONNREFUSED') })).message).toMatch(/refused/);
    expect(words(new AggregateError([error('ECONNREFUSED'), error('ENETUNREACH')])).message).toMatch(/refused/);
  });

  it('knows which failures cannot have reached the host', () => {
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED']) {
      expect(words(error(code)).notSent).toBe(true);
    }
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'HPE_INVALID_CONSTANT']) {
      expect(words(error(code)).notSent).toBeUndefined();
    }
  });

  it('names the proxy', () => {
    expect(words(error('ECONNREFUSED'), { proxy: 'http://proxy:3128' }).message).toMatch(
      /through the proxy http:\/\/proxy:3128\): the proxy refused the connection/,
    );
  });

  it('returns an unexpected error unchanged', () => {
    const bug = new TypeError('x is not a function');
    expect(requestFailure(bug, failing)).toBe(bug);
  });
});
