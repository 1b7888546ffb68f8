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
    throw badFile(setting, path, problem, `Correct the path in the cloud's ${setting} setting, or remove it.`, error);
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

/**
 * Reads the TLS files: the system's certificates and Node's own, the operator's CA file, and the client certificate if
 * there is one. Throws `invalidInput` naming the file that is missing or invalid.
 */
export async function readTlsFiles(files: TlsFiles): Promise<SecureContext> {
  const trusted = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  if (files.cacert) trusted.add(await readCertificates('cacert', files.cacert));
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
