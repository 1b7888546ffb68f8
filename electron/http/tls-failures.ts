import { isIP } from 'node:net';
import { hideSecrets } from '../lib/secrets-in-use.ts';

type TlsWords = { message: string; remedy: string };

const trustIt =
  'If this is the correct host, set cacert in the cloud settings to the certificate or its CA, or turn verify off for a test.';
const noAuthority =
  ' Only the CAs of this system are trusted: neither the cloud nor the environment (OS_CACERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS) names other CAs.';
const wrongPort = 'Use http:// if this port does not use TLS, or enter the TLS port.';
const oldTls = 'The TLS configuration of the host is outdated. TLS 1.2 or newer and keys of current size are required.';
const clientCertificate =
  'Set a client certificate and key (cert and key) that the host accepts in the cloud settings, or correct the current ones.';

const byCode: Record<string, [problem: string, remedy: string]> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed and not trusted', trustIt],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate chain ends in a self-signed CA that is not trusted', trustIt],
  UNABLE_TO_GET_ISSUER_CERT: ['its certificate was signed by an unknown CA', trustIt],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate was signed by an unknown CA', trustIt],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate was signed by an unknown CA, or the host does not send the intermediate certificates',
    trustIt,
  ],
  CERT_UNTRUSTED: ['its certificate is not trusted', trustIt],
  CERT_REJECTED: ['its certificate is rejected', trustIt],
  INVALID_CA: ['its certificate was signed by a certificate that is not a CA', trustIt],
  CERT_SIGNATURE_FAILURE: ['its certificate has an invalid signature', trustIt],
  CERT_REVOKED: ['its certificate was revoked', 'The host needs a new certificate.'],
  CERT_NOT_YET_VALID: [
    'its certificate is not valid yet',
    'Check the clocks of this machine and the host. If they are correct, the host needs a new certificate.',
  ],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    'The host needs a new certificate. Also check the clock of this machine.',
  ],
  INVALID_PURPOSE: ['its certificate is not valid for servers', 'The host needs a server certificate.'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['the service on this port does not use TLS', wrongPort],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['the service on this port does not use TLS', wrongPort],
  ERR_SSL_HTTP_REQUEST: ['the service on this port does not use TLS', wrongPort],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ['no common TLS version', oldTls],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['no common TLS version', oldTls],
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: ['no common TLS version', oldTls],
  ERR_SSL_EE_KEY_TOO_SMALL: ['the key of its certificate is too small', oldTls],
  ERR_SSL_CA_MD_TOO_WEAK: ['its certificate has a weak signature algorithm', oldTls],
  ERR_SSL_DH_KEY_TOO_SMALL: ['its key exchange is too weak', oldTls],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['the host requires a client certificate', clientCertificate],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ['the host does not trust the CA of the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ['the host rejected the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: ['the client certificate has expired', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ['the client certificate was revoked', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: ['the host rejected the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
    'the host rejected the TLS connection',
    `${clientCertificate} If it does not require one, the host and the console have no common TLS settings.`,
  ],
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: [
    'the host has no TLS certificate for this name',
    'Use a name that is in the host’s certificate.',
  ],
};

/** The names in a certificate, shortened because the server is untrusted. */
function namesOf(error: unknown): string {
  const { cert } = error as { cert?: { subjectaltname?: unknown; subject?: { CN?: unknown } } };
  const text = cert?.subjectaltname ?? cert?.subject?.CN;
  if (typeof text !== 'string' || text === '') return 'no name at all';
  const names = hideSecrets(text).replace(/\b(?:DNS|IP Address):/g, '');
  return names.length > 200 ? `${names.slice(0, 200)}…` : names;
}

function altNameError(error: unknown): unknown {
  let next: unknown = error;
  for (let depth = 0; depth < 6 && next instanceof Error; depth += 1) {
    if ((next as NodeJS.ErrnoException).code === 'ERR_TLS_CERT_ALTNAME_INVALID') return next;
    next = next.cause;
  }
  return error;
}

/** Describes a TLS error and its remedy; undefined when the error is not about TLS. `at` is the address as shown. */
export function describeTlsFailure(
  error: unknown,
  codes: string[],
  at: string,
  url: URL,
  authority?: string,
): TlsWords | undefined {
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    const kind = isIP(url.hostname.replace(/^\[|\]$/g, '')) ? 'address' : 'name';
    return {
      message: `${at}: the certificate does not match the ${kind} ${url.hostname}. It is valid for ${namesOf(altNameError(error))}.`,
      remedy: 'Use an address from the certificate, or install a certificate with this address on the host.',
    };
  }
  for (const code of codes) {
    const words = byCode[code];
    if (!words) continue;
    const [problem, remedy] = words;
    const used =
      remedy !== trustIt ? '' : authority ? ` Trusted CAs: those of this system and ${authority}.` : noAuthority;
    return { message: `${at}: ${problem}.`, remedy: remedy + used };
  }
  const unlisted = codes.find((code) => /^ERR_(SSL|TLS|OSSL)_|^CERT_|^CRL_|^UNABLE_TO_|_CERT(_|$)/.test(code));
  if (unlisted) {
    return {
      message: `${at}: the TLS connection failed (${unlisted.slice(0, 100)}).`,
      remedy: 'Check the TLS configuration of the host and the cacert, cert, key and verify settings of the cloud.',
    };
  }
  if (
    codes.includes('ECONNRESET') &&
    /before secure TLS connection/.test(error instanceof Error ? error.message : '')
  ) {
    return {
      message: `${at}: the connection was closed during the TLS handshake.`,
      remedy: `Check the port and the TLS configuration of the host. ${wrongPort}`,
    };
  }
  return undefined;
}
