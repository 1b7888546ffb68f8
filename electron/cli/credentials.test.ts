import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudCredential, metricsToken } from './credentials.ts';

let directory: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'console-credentials-'));
  env = { CREDENTIALS_DIRECTORY: directory };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFile(join(directory, name), text);

test('the secret of a cloud is read from the credential with its name, without the line end', async () => {
  await put('Lab-cloud-1', 'pass word\n');
  expect(cloudCredential('Lab cloud/1', env)).toBe('pass word');
  expect(cloudCredential('Other', env)).toBeUndefined();
  expect(cloudCredential('Lab cloud/1', {})).toBeUndefined();
});

test.each(['.', '..', '../x', ''])('the name of a cloud never leads out of the directory: %j', async (name) => {
  await writeFile(`${directory}-x`, 'foreign');
  try {
    expect(cloudCredential(name, env)).toBeUndefined();
  } finally {
    await rm(`${directory}-x`);
  }
});

test('the token is read from the given file, otherwise from the credential', async () => {
  expect(metricsToken(undefined, env)).toBeUndefined();
  await put('metrics-token', 'of-systemd\n');
  await put('other', 'of-file\r\n');
  expect(metricsToken(undefined, env)).toBe('of-systemd');
  expect(metricsToken(join(directory, 'other'), env)).toBe('of-file');
});

test.each([
  ['', 'it is empty'],
  ['two words', 'a token has visible ASCII characters only, and no blanks'],
  ['x'.repeat(9_000), 'it is longer than 8192 characters'],
])('a token that cannot be sent in a header is rejected', async (text, problem) => {
  await put('metrics-token', text);
  expect(() => metricsToken(undefined, env)).toThrow(problem);
});

test('a missing file, or a path that is not a file, is rejected', () => {
  expect(() => metricsToken(join(directory, 'missing'), env)).toThrow('it does not exist');
  expect(() => metricsToken(directory, env)).toThrow('EISDIR');
});
