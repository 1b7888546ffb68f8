import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { ExpectedFailure } from '../contract/failure.ts';

/** TLS files, and whether the server's certificate is verified. */
export type TlsFiles = { cacert?: string | undefined; cert?: string | undefined; key?: string | undefined };

/** Resolves a path of the operator; `~` is the home directory, as in OpenStack's own clients. */
function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

const fileProblems: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'is not readable for this user',
  EPERM: 'is not readable for this user',
  EISDIR: 'is a directory, not a file',
};

function badFile(setting: string, path: string, problem: string, remedy: string, cause?: unknown): ExpectedFailure {
  return new ExpectedFailure(
    { code: 'invalidInput', message: `The ${setting} file ${path} ${problem}.`.slice(0, 2_000), remedy },
    { cause },
  );
}

async function readPem(setting: string, path: string): Promise<string> {
  try {
    return await readFile(expandHome(path), 'utf8');
  } catch (error) {
    throw unreadable(setting, path, error as NodeJS.ErrnoException);
  }
}

function unreadable(setting: string, path: string, error: NodeJS.ErrnoException): ExpectedFailure {
  const problem = fileProblems[error.code ?? ''] ?? `cannot be read (${error.code ?? 'unknown error'})`;
  const remedy = /^[A-Z_]+$/.test(setting)
    ? `Correct or remove the environment variable ${setting} and restart the console, or set cacert in the cloud settings.`
    : `Correct the path in the cloud's ${setting} setting, or remove it.`;
  return badFile(setting, path, problem, remedy, error);
}

const certificateBlock =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The name of a certificate in a directory that `c_rehash` or `openssl rehash` has prepared. */
const hashedName = /^[0-9a-f]{8}\.\d+$/i;
const certificateName = /\.(pem|crt|cer)$/i;
const maxFiles = 2_000;

/**
 * Reads the certificates of a file, or of a directory as OpenSSL and requests use one: those with names that are
 * hashes, otherwise those with a matching extension.
 */
async function readAuthorities(setting: string, path: string): Promise<string[]> {
  const names = await readdir(expandHome(path)).catch((error: NodeJS.ErrnoException) => {
    // Any other problem with it is reported when it is read as a file.
    if (error.code === 'EACCES' || error.code === 'EPERM') throw unreadable(setting, path, error);
    return undefined;
  });
  if (!names) return [await readCertificates(setting, path)];
  const hashed = names.filter((name) => hashedName.test(name));
  const taken = (hashed.length > 0 ? hashed : names.filter((name) => certificateName.test(name))).sort();
  const found: string[] = [];
  for (const name of taken.slice(0, maxFiles)) {
    const text = await readPem(setting, join(path, name)).catch((error: unknown) => {
      // A link that leads nowhere, or a file that this user may not read: OpenSSL passes over it as well.
      if (error instanceof ExpectedFailure) return '';
      throw error;
    });
    for (const block of text.match(certificateBlock) ?? []) if (isCertificate(block)) found.push(block);
  }
  if (found.length > 0) return found;
  const remedy = `Set ${setting} to a PEM file or a directory of PEM files.`;
  throw badFile(setting, path, 'is a directory without a PEM certificate', remedy);
}

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    // A damaged one among many: the others are of use.
    return false;
  }
}

/** Reads and checks the certificates of a PEM file. Node accepts a file without any, and then trusts nothing in it. */
async function readCertificates(setting: string, path: string): Promise<string> {
  const text = await readPem(setting, path);
  const blocks = text.match(certificateBlock) ?? [];
  const remedy = `Set ${setting} to a PEM file ("-----BEGIN CERTIFICATE-----").`;
  if (blocks.length === 0) throw badFile(setting, path, 'contains no PEM certificate', remedy);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (error) {
      throw badFile(setting, path, `contains a damaged certificate (number ${index + 1})`, remedy, error);
    }
  }
  return text;
}

/** Describes why OpenSSL rejects a client certificate or its key. */
function pairProblem(error: unknown): string {
  const text = `${(error as NodeJS.ErrnoException).code ?? ''} ${error instanceof Error ? error.message : ''}`;
  if (/mismatch/i.test(text)) return 'does not match the certificate in cert';
  if (/interrupted|passphrase|password|BAD_DECRYPT|bad decrypt|read error/i.test(text)) {
    return 'is protected by a passphrase, which is not supported';
  }
  return 'contains no PEM private key';
}

/** The variables that name authorities, in the order in which they are used; those of OpenSSL count together. */
const authorityVariables = [
  ['OS_CACERT'],
  ['REQUESTS_CA_BUNDLE'],
  ['CURL_CA_BUNDLE'],
  ['SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ['NODE_EXTRA_CA_CERTS'],
] as const;

/** A file or directory of authorities that the environment names, and the variable that names it. */
type EnvironmentAuthority = { variable: string; path: string };

/** The authorities that the environment names first, as OpenStack's clients, requests, curl, OpenSSL and Node find them. */
function authoritiesOf(env: NodeJS.ProcessEnv): EnvironmentAuthority[] {
  const named = authorityVariables.map((variables) =>
    variables.flatMap((variable) => {
      // SSL_CERT_DIR is a list of directories.
      const paths = variable === 'SSL_CERT_DIR' ? (env[variable] ?? '').split(delimiter) : [env[variable] ?? ''];
      return paths.map((path) => ({ variable, path: path.trim() })).filter(({ path }) => path !== '');
    }),
  );
  return named.find((authorities) => authorities.length > 0) ?? [];
}

/** The authorities that the environment names, as they are shown: `SSL_CERT_FILE=/etc/corp.pem`. */
export function describeAuthority(env: NodeJS.ProcessEnv): string | undefined {
  const given = authoritiesOf(env).map(({ variable, path }) => `${variable}=${path}`);
  return given.length === 0 ? undefined : given.join(' and ').slice(0, 500);
}

/** Certificates of the environment. A directory of several may be missing, as OpenSSL allows. */
async function readEnvironment(env: NodeJS.ProcessEnv): Promise<string[]> {
  const given = authoritiesOf(env);
  const found: string[] = [];
  let missing: ExpectedFailure | undefined;
  for (const { variable, path } of given) {
    try {
      found.push(...(await readAuthorities(variable, path)));
    } catch (error) {
      if (!(error instanceof ExpectedFailure) || variable !== 'SSL_CERT_DIR') throw error;
      missing = error;
    }
  }
  if (found.length === 0 && missing) throw missing;
  return found;
}

/**
 * Reads the TLS files: the system's certificates and Node's own, the operator's CA file or directory, and the client
 * certificate if there is one. Where the cloud names none, those of the environment are used. Throws `invalidInput` naming the
 * file that is missing or invalid.
 */
export async function readTlsFiles(files: TlsFiles, env: NodeJS.ProcessEnv = {}): Promise<SecureContext> {
  const trusted = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  const given = files.cacert ? await readAuthorities('cacert', files.cacert) : await readEnvironment(env);
  for (const text of given) trusted.add(text);
  const ca = [...trusted];
  if (!files.cert) {
    if (files.key) {
      throw badFile(
        'key',
        files.key,
        'requires a client certificate',
        'Set cert to the client certificate, or remove the key.',
      );
    }
    return createSecureContext({ ca });
  }
  const cert = await readCertificates('cert', files.cert);
  const keyFile = files.key ?? files.cert;
  const key = await readPem('key', keyFile);
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const remedy = 'Set key to the private key of the client certificate, in PEM format and without a passphrase.';
    throw badFile('key', keyFile, pairProblem(error), remedy, error);
  }
}
