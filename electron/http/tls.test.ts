import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import type { ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpClient, type HttpSettings } from './http-client.ts';
import { type Authority, hasOpenssl, makeAuthority } from './testing/certificates.ts';
import { failureOf } from './testing/failing.ts';
import { startServer } from './testing/local-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function asked(url: string, settings: Partial<HttpSettings> = {}, env: NodeJS.ProcessEnv = {}) {
  const client = new HttpClient({ verify: true, ...settings }, env);
  ends.push(() => client.close());
  return client.send({ url, method: 'GET', deadlineMs: 10_000 });
}

describe.skipIf(!hasOpenssl())('TLS (certificates made with the openssl command)', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = makeAuthority();
  });
  afterAll(() => authority.remove());

  async function server(options: ServerOptions) {
    const started = await startServer(() => ({ status: 200, body: 'good' }), options);
    ends.push(() => started.close());
    return started;
  }

  it('trusts the operator’s cacert in addition to the system’s authorities', async () => {
    const { url } = await server(authority.sign('good'));
    expect((await asked(url, { cacert: authority.certFile })).text).toBe('good');
    expect(await failureOf(asked(url))).toMatchObject({
      code: 'tls',
      message: expect.stringContaining('unknown CA'),
    });
  });

  it.each(['REQUESTS_CA_BUNDLE', 'OS_CACERT', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'CURL_CA_BUNDLE'])(
    'trusts the file of %s if the cloud has no cacert, and reports that',
    async (variable) => {
      const { url } = await server(authority.sign('good'));
      expect((await asked(url, {}, { [variable]: authority.certFile })).text).toBe('good');

      const alone = await server(authority.selfSigned('alone'));
      const failure = await failureOf(asked(alone.url, {}, { [variable]: authority.certFile }));
      expect(failure.remedy).toContain(`and ${variable}=${authority.certFile}`);
      const own = authority.selfSigned('own').certFile;
      const other = await failureOf(asked(url, { cacert: own }, { [variable]: authority.certFile }));
      expect(other.remedy).toContain(`and cacert ${own}`);

      const missing = await failureOf(asked(url, {}, { [variable]: '/no/such.pem' }));
      expect(missing).toMatchObject({ code: 'invalidInput', message: expect.stringContaining(`The ${variable} file`) });
    },
  );

  /** A directory with the authority, as `c_rehash` leaves it: a link whose name is the hash of the subject. */
  function rehashed(): string {
    const folder = mkdtempSync(join(authority.folder, 'hashed-'));
    copyFileSync(authority.certFile, join(folder, 'corp.pem'));
    const hash = execFileSync('openssl', ['x509', '-hash', '-noout', '-in', authority.certFile], { encoding: 'utf8' });
    symlinkSync('corp.pem', join(folder, `${hash.trim()}.0`));
    symlinkSync('gone.pem', join(folder, '00000000.0'));
    writeFileSync(join(folder, 'README'), 'no certificate');
    return folder;
  }

  it.each(['REQUESTS_CA_BUNDLE', 'OS_CACERT', 'SSL_CERT_DIR'])('trusts the directory of %s', async (variable) => {
    const { url } = await server(authority.sign('good'));
    expect((await asked(url, {}, { [variable]: rehashed() })).text).toBe('good');
    const plain = mkdtempSync(join(authority.folder, 'plain-'));
    copyFileSync(authority.certFile, join(plain, 'corp.crt'));
    expect((await asked(url, {}, { [variable]: plain })).text).toBe('good');
    const missing = await failureOf(asked(url, {}, { [variable]: '/no/such' }));
    expect(missing).toMatchObject({ code: 'invalidInput', message: expect.stringContaining(`The ${variable} file`) });
  });

  it('trusts a directory as cacert, and both SSL_CERT_FILE and SSL_CERT_DIR, some of which may be missing', async () => {
    const { url } = await server(authority.sign('good'));
    expect((await asked(url, { cacert: rehashed() })).text).toBe('good');
    const other = authority.selfSigned('other').certFile;
    const env = { SSL_CERT_FILE: other, SSL_CERT_DIR: `/no/such:${rehashed()}` };
    expect((await asked(url, {}, env)).text).toBe('good');
    expect((await asked(url, {}, { SSL_CERT_FILE: authority.certFile, SSL_CERT_DIR: '/no/such' })).text).toBe('good');
  });

  it('trusts every certificate only with verify off', async () => {
    const { url } = await server(authority.selfSigned('alone'));
    expect((await asked(url, { verify: false })).text).toBe('good');
    const failure = await failureOf(asked(url, { cacert: authority.certFile }));
    expect(failure).toMatchObject({ code: 'tls', notSent: true, message: expect.stringContaining('self-signed') });
    expect(failure.remedy).toContain('cacert');
  });

  it('remembers when the certificate of a server expires', async () => {
    const pair = authority.sign('good');
    const { url } = await server(pair);
    const http = new HttpClient({ verify: true, cacert: authority.certFile }, {});
    ends.push(() => http.close());
    await http.send({ url, method: 'GET', deadlineMs: 30_000 });
    expect([...http.certificates]).toEqual([[new URL(url).origin, Date.parse(new X509Certificate(pair.cert).validTo)]]);
  });

  it('reports that a certificate has expired', async () => {
    const { url } = await server(authority.sign('old', { expired: true }));
    const failure = await failureOf(asked(url, { cacert: authority.certFile }));
    expect(failure).toMatchObject({ code: 'tls', message: expect.stringContaining('has expired') });
  });

  it('reports the names for which a certificate is valid', async () => {
    const { url } = await server(authority.sign('elsewhere', { altName: 'DNS:glance.example,DNS:other.example' }));
    const failure = await failureOf(asked(url, { cacert: authority.certFile }));
    expect(failure.code).toBe('tls');
    expect(failure.message).toContain(
      'does not match the address 127.0.0.1. It is valid for glance.example, other.example',
    );
  });

  it('sends the client certificate, and reports when the host requires one', async () => {
    const own = authority.sign('operator', { client: true });
    const { url } = await server({
      ...authority.sign('strict'),
      ca: readFileSync(authority.certFile),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const trusting = { cacert: authority.certFile };
    expect((await asked(url, { ...trusting, cert: own.certFile, key: own.keyFile })).text).toBe('good');
    // This server closes the connection where others send an alert.
    const failure = await failureOf(asked(url, trusting));
    expect(failure).toMatchObject({ code: 'unreachable', remedy: expect.stringContaining('client certificate') });
  });

  it('reports that a port does not speak TLS', async () => {
    const plain = await startServer(() => ({ status: 200 }));
    ends.push(() => plain.close());
    const failure = await failureOf(asked(`https://127.0.0.1:${plain.port}`));
    expect(failure).toMatchObject({ code: 'tls', message: expect.stringContaining('does not use TLS') });
    expect(failure.remedy).toContain('http://');
  });

  it('reports that a port speaks TLS when it was asked over plain HTTP', async () => {
    const { port } = await server(authority.sign('plain'));
    const failure = await failureOf(asked(`http://127.0.0.1:${port}`));
    expect(failure).toMatchObject({ code: 'tls', remedy: expect.stringContaining('https://') });
  });

  it('connects through a proxy and verifies the host behind it', async () => {
    const behind = await server(authority.sign('behind', { altName: 'DNS:glance-01.example' }));
    const tunnel = createProxy();
    const tunnelled: (string | undefined)[] = [];
    tunnel.on('connect', (request, socket) => {
      tunnelled.push(request.url);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const through = connect(behind.port, '127.0.0.1');
      socket.pipe(through).pipe(socket);
      socket.on('error', () => through.destroy());
      through.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => tunnel.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      tunnel.closeAllConnections();
      return new Promise((resolve) => tunnel.close(() => resolve()));
    });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}` };
    const settings = { cacert: authority.certFile };
    expect((await asked('https://glance-01.example:9292/', settings, env)).text).toBe('good');
    expect(tunnelled).toEqual(['glance-01.example:9292']);
    expect(await failureOf(asked('https://glance-02.example:9292/', settings, env))).toMatchObject({
      code: 'tls',
      message: expect.stringContaining('does not match the name glance-02.example'),
    });
  });

  it('connects through a proxy that speaks TLS itself, with the authority of the environment', async () => {
    const proxy = await startServer(({ path }) => ({ status: 200, body: path }), authority.sign('proxy'));
    ends.push(() => proxy.close());
    const env = { http_proxy: proxy.url, REQUESTS_CA_BUNDLE: authority.certFile };
    expect((await asked('http://glance-01.example:9292/', {}, env)).text).toContain('glance-01.example:9292');
    const failure = await failureOf(asked('http://glance-01.example:9292/', {}, { http_proxy: proxy.url }));
    expect(failure).toMatchObject({ code: 'tls', message: expect.stringContaining(`the proxy ${proxy.url}`) });
  });

  it.each(['cacert', 'cert', 'key'] as const)('reports a missing file of %s by its path', async (setting) => {
    const files = { cert: authority.sign('present').certFile, [setting]: '/nowhere/file.pem' };
    const failure = await failureOf(asked('https://127.0.0.1:1/', files));
    expect(failure).toMatchObject({ code: 'invalidInput', message: expect.stringContaining('/nowhere/file.pem') });
  });

  it('reports invalid files by their path', async () => {
    const junk = join(authority.folder, 'junk.pem');
    writeFileSync(junk, 'junk');
    const emptyFolder = join(authority.folder, 'empty');
    mkdirSync(emptyFolder);
    const damaged = join(authority.folder, 'damaged.pem');
    writeFileSync(damaged, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const [one, other] = [authority.sign('one', { client: true }), authority.sign('other', { client: true })];
    const cases: [Partial<HttpSettings>, RegExp][] = [
      [{ cacert: junk }, /junk\.pem.*no PEM certificate/],
      [{ cacert: damaged }, /damaged\.pem.*damaged/],
      [{ cacert: emptyFolder }, /is a directory without a PEM certificate/],
      [{ cert: authority.folder }, /is a directory, not a file/],
      [{ cert: one.certFile, key: junk }, /junk\.pem.*no PEM private key/],
      [{ cert: one.certFile, key: other.keyFile }, /other\.key.*does not match/],
      [{ cert: one.certFile }, /one\.crt.*no PEM private key/],
      [{ key: one.keyFile }, /requires a client certificate/],
    ];
    for (const [files, pattern] of cases) {
      const failure = await failureOf(asked('https://127.0.0.1:1/', files));
      expect(failure.code).toBe('invalidInput');
      expect(failure.message).toMatch(pattern);
    }
  });

  it('reads a file again after it was corrected', async () => {
    const { url } = await server(authority.sign('patient'));
    const file = join(authority.folder, 'late.pem');
    const client = new HttpClient({ verify: true, cacert: file }, {});
    ends.push(() => client.close());
    const ask = () => client.send({ url, method: 'GET', deadlineMs: 5_000 });
    expect((await failureOf(ask())).code).toBe('invalidInput');
    writeFileSync(file, readFileSync(authority.certFile));
    expect((await ask()).text).toBe('good');
  });
});
