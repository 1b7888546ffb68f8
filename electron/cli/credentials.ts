import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedFailure } from '../contract/failure.ts';
import { systemCode, systemWords } from '../lib/system-error.ts';

// Secrets that the service manager or the operator provides in files: `LoadCredential=` of systemd, see systemd.exec(5).

/** The largest secret, in characters. */
const maxLength = 8_192;

/**
 * The secret of a cloud among the credentials of the systemd unit, whose file has the name of the cloud. In it, characters
 * that are not letters, digits, dots, dashes or underscores are dashes. Undefined when there is none.
 *
 * Throws `invalidInput` when the file cannot be read.
 */
export function cloudCredential(cloudName: string, env: NodeJS.ProcessEnv): string | undefined {
  return credential(cloudName.replace(/[^A-Za-z0-9._-]/g, '-'), env);
}

/**
 * The bearer token of the scraper: from the given file, otherwise the systemd credential `metrics-token`; undefined if
 * there is none. Throws `invalidInput` if the file cannot be read or has no token.
 */
export function metricsToken(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const token = file === undefined ? credential('metrics-token', env) : readSecret(file);
  if (file !== undefined && token === undefined) throw unusable(file, 'it does not exist');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw unusable(file ?? 'the credential metrics-token', 'a token has visible ASCII characters only, and no blanks');
  }
  return token;
}

function credential(name: string, { CREDENTIALS_DIRECTORY }: NodeJS.ProcessEnv): string | undefined {
  if (!CREDENTIALS_DIRECTORY || /^\.*$/.test(name)) return undefined;
  return readSecret(join(CREDENTIALS_DIRECTORY, name));
}

/** The text of a file without the line end after it. Undefined when there is no such file. */
function readSecret(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unusable(file, systemWords(error));
  }
  if (text === '') throw unusable(file, 'it is empty');
  if (text.length > maxLength) throw unusable(file, `it is longer than ${maxLength} characters`);
  return text;
}

function unusable(file: string, problem: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The secret in ${file} cannot be used: ${problem}.`,
    remedy: 'Check the file and who can read it.',
  });
}
