import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLoginToken, LoginTokens, loginLifetime, newLoginKey } from './login-token.ts';

const key = newLoginKey();

test('a token works once, until it expires', () => {
  const tokens = new LoginTokens(key);
  const [first, second] = [createLoginToken(key, 1_000), createLoginToken(key, 1_000)];
  expect(tokens.redeem(first, 1_001)).toBe(true);
  expect(tokens.redeem(first, 1_002)).toBe(false);
  expect(tokens.redeem(second, 1_000 + loginLifetime)).toBe(false);
  expect(tokens.redeem(first, 1_000 + loginLifetime)).toBe(false);
});

test('a token of another console is rejected', () => {
  expect(new LoginTokens(key).redeem(createLoginToken(newLoginKey()))).toBe(false);
});

test('any changed token, or one of another form, is rejected', () => {
  const token = createLoginToken(key);
  fc.assert(
    fc.property(fc.nat({ max: token.length - 1 }), fc.string({ unit: 'binary', maxLength: 3 }), (at, text) => {
      const changed = token.slice(0, at) + text + token.slice(at + 1);
      fc.pre(changed !== token);
      expect(new LoginTokens(key).redeem(changed)).toBe(false);
    }),
  );
  for (const odd of ['', '.', '..', '...', `${token}.`, `${token}.${token}`, token.replace(/^\d+/, 'Infinity')]) {
    expect(new LoginTokens(key).redeem(odd)).toBe(false);
  }
});
