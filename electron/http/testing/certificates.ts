import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the `openssl` command is there to make certificates with. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export type Pair = { cert: string; key: string; certFile: string; keyFile: string };

/** An authority of its own in a temporary folder, and what it signed. */
export type Authority = {
  folder: string;
  certFile: string;
  sign(name: string, options?: { altName?: string; expired?: boolean; client?: boolean }): Pair;
  selfSigned(name: string): Pair;
  remove(): void;
};

const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const longAgo = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'];

/** Makes the authority; about 20 ms for it and for each certificate. */
export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'glance-cache-console-tls-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const pair = (name: string): Pair => {
    const [certFile, keyFile] = [at(`${name}.crt`), at(`${name}.key`)];
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  };
  const selfSigned = (name: string, ...more: string[]): Pair => {
    const out = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '30'];
    openssl('req', '-x509', ...ecKey, ...out, '-subj', `/CN=${name}`, ...more);
    return pair(name);
  };
  mkdirSync(at('new'));
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(
    at('ca.cnf'),
    [
      '[ca]\ndefault_ca = own',
      '[own]\nnew_certs_dir = new\ndatabase = index.txt\nrand_serial = yes\ndefault_md = sha256\npolicy = any',
      'certificate = ca.crt\nprivate_key = ca.key\ndefault_days = 30\ncopy_extensions = copy',
      '[any]\ncommonName = supplied',
    ].join('\n'),
  );
  selfSigned('ca', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  return {
    folder,
    certFile: at('ca.crt'),
    selfSigned: (name) => selfSigned(name, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'),
    sign: (name, { altName = 'IP:127.0.0.1,DNS:localhost', expired = false, client = false } = {}) => {
      const usage = `extendedKeyUsage=${client ? 'clientAuth' : 'serverAuth'}`;
      const names = ['-addext', `subjectAltName=${altName}`, '-addext', usage];
      openssl(
        'req',
        '-new',
        ...ecKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
        ...names,
      );
      const dates = expired ? longAgo : [];
      openssl('ca', '-config', 'ca.cnf', '-batch', '-notext', '-in', `${name}.csr`, '-out', `${name}.crt`, ...dates);
      return pair(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
