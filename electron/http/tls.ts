import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
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
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory, not a file',
};

function badFile(setting: string, path: string, problem: string, remedy: string, cause?: unknown): ExpectedFailure {
  return new ExpectedFailure(
    { code: 'invalidInput', message: `The file ${path}, named as ${setting}, ${problem}.`.slice(0, 2_000), remedy },
    { cause },
  );
}

async function readPem(setting: string, path: string): Promise<string> {
  try {
    return await readFile(expandHome(path), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const problem = fileProblems[code] ?? `cannot be read (${code})`;
    const remedy = /^[A-Z_]+$/.test(setting)
      ? `Correct or remove the environment variable ${setting} and restart the console, or name a cacert in the cloud.`
      : `Correct the path in the cloud's ${setting} setting, or remove it.`;
    throw badFile(setting, path, problem, remedy, error);
  }
}

const certificateBlock =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Reads and checks the certificates of a PEM file. Node accepts a file without any, and then trusts nothing in it. */
async function readCertificates(setting: string, path: string): Promise<string> {
  const text = await readPem(setting, path);
  const blocks = text.match(certificateBlock) ?? [];
  const remedy = `Name a file in PEM form ("-----BEGIN CERTIFICATE-----") as ${setting}.`;
  if (blocks.length === 0) throw badFile(setting, path, 'holds no certificate in PEM form', remedy);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (error) {
      throw badFile(setting, path, `holds a damaged certificate (the ${index + 1}. in it)`, remedy, error);
    }
  }
  return text;
}

/** Describes why OpenSSL rejects a client certificate or its key. */
function pairProblem(error: unknown): string {
  const text = `${(error as NodeJS.ErrnoException).code ?? ''} ${error instanceof Error ? error.message : ''}`;
  if (/mismatch/i.test(text)) return 'does not belong to the certificate named as cert';
  if (/interrupted|passphrase|password|BAD_DECRYPT|bad decrypt|read error/i.test(text)) {
    return 'is protected by a passphrase, which the console cannot ask for';
  }
  return 'holds no private key in PEM form';
}

/** The variables that name a file of authorities, in the order in which they are looked at. */
const authorityVariables = [
  'OS_CACERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
] as const;

/** A file of authorities that the environment names, and the variable that names it. */
export type EnvironmentAuthority = { variable: string; path: string };

/** The first file of authorities that the environment names, as OpenStack's clients, requests, curl and Node find it. */
export function authorityOf(env: NodeJS.ProcessEnv): EnvironmentAuthority | undefined {
  for (const variable of authorityVariables) {
    const path = env[variable]?.trim();
    if (path) return { variable, path };
  }
  return undefined;
}

/**
 * Reads the TLS files: the system's certificates and Node's own, the operator's CA file, and the client certificate if
 * there is one. Where the cloud names no CA file, the one of the environment is used. Throws `invalidInput` naming the
 * file that is missing or invalid.
 */
export async function readTlsFiles(files: TlsFiles, env: NodeJS.ProcessEnv = {}): Promise<SecureContext> {
  const trusted = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  const given = authorityOf(env);
  if (files.cacert) trusted.add(await readCertificates('cacert', files.cacert));
  else if (given) trusted.add(await readCertificates(given.variable, given.path));
  const ca = [...trusted];
  if (!files.cert) {
    if (files.key) {
      throw badFile('key', files.key, 'is of no use alone', 'Name the client certificate as cert, or remove the key.');
    }
    return createSecureContext({ ca });
  }
  const cert = await readCertificates('cert', files.cert);
  const keyFile = files.key ?? files.cert;
  const key = await readPem('key', keyFile);
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const remedy = 'Name the private key of the client certificate, in PEM form and without a passphrase, as key.';
    throw badFile('key', keyFile, pairProblem(error), remedy, error);
  }
}
