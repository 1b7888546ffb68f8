import { isIP } from 'node:net';
import { hideSecrets } from '../lib/secrets-in-use.ts';

type TlsWords = { message: string; remedy: string };

const trustIt =
  'If that is the right host, name the certificate (or the authority that signed it) as cacert in the cloud, or switch verify off for a try.';
const noAuthority =
  " Only this system's authorities are trusted: neither the cloud nor the environment (OS_CACERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS) names a file of others.";
const wrongPort = 'Write http:// in the address if that port does not speak TLS, or give the port that does.';
const oldTls =
  'Its TLS set-up is older than this console accepts: the host needs TLS 1.2 or newer and keys of current size.';
const clientCertificate =
  'Name a client certificate and its key (cert and key in the cloud) that the host accepts, or correct the ones named.';

const byCode: Record<string, [problem: string, remedy: string]> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed and not trusted here', trustIt],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'its certificate was signed by an authority of its own that is not trusted here',
    trustIt,
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['its certificate was signed by an unknown authority', trustIt],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate was signed by an unknown authority', trustIt],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate was signed by an unknown authority, or the host does not send the certificates between',
    trustIt,
  ],
  CERT_UNTRUSTED: ['its certificate is not trusted here', trustIt],
  CERT_REJECTED: ['its certificate is rejected here', trustIt],
  INVALID_CA: ['its certificate was signed by a certificate that is no authority', trustIt],
  CERT_SIGNATURE_FAILURE: ['the signature of its certificate is wrong', trustIt],
  CERT_REVOKED: ['its certificate was revoked', 'The host needs a new certificate.'],
  CERT_NOT_YET_VALID: [
    'its certificate is not valid yet',
    'Check the clocks of this machine and of the host; otherwise the host needs another certificate.',
  ],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    'The host needs a new certificate. Check the clock of this machine too.',
  ],
  INVALID_PURPOSE: ['its certificate is not one for servers', 'The host needs a certificate for servers.'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['what answers there does not speak TLS', wrongPort],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['what answers there does not speak TLS', wrongPort],
  ERR_SSL_HTTP_REQUEST: ['what answers there does not speak TLS', wrongPort],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ['no TLS version is common to both sides', oldTls],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['no TLS version is common to both sides', oldTls],
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: ['no TLS version is common to both sides', oldTls],
  ERR_SSL_EE_KEY_TOO_SMALL: ['the key of its certificate is too small', oldTls],
  ERR_SSL_CA_MD_TOO_WEAK: ['its certificate is signed with a method too weak', oldTls],
  ERR_SSL_DH_KEY_TOO_SMALL: ['its key exchange is too weak', oldTls],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['the host wants a client certificate', clientCertificate],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ['the host does not know the authority of the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ['the host does not accept the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: ['the client certificate has expired', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ['the client certificate was revoked', clientCertificate],
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: ['the host does not accept the client certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
    'the host refuses the TLS connection',
    `${clientCertificate} If it wants none, its TLS set-up has nothing in common with this console's.`,
  ],
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: [
    'the host serves no TLS under that name',
    'Use a name that the host has a certificate for.',
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
      message: `${at}: its certificate is for another ${kind} than ${url.hostname}: it is for ${namesOf(altNameError(error))}.`,
      remedy: 'Use an address that the certificate names, or have the host present a certificate with this one.',
    };
  }
  for (const code of codes) {
    const words = byCode[code];
    if (!words) continue;
    const [problem, remedy] = words;
    const used =
      remedy !== trustIt ? '' : authority ? ` Trusted are this system's authorities and ${authority}.` : noAuthority;
    return { message: `${at}: ${problem}.`, remedy: remedy + used };
  }
  const unlisted = codes.find((code) => /^ERR_(SSL|TLS|OSSL)_|^CERT_|^CRL_|^UNABLE_TO_|_CERT(_|$)/.test(code));
  if (unlisted) {
    return {
      message: `${at}: the TLS connection failed (${unlisted.slice(0, 100)}).`,
      remedy: 'Look at the TLS set-up of the host, and at cacert, cert, key and verify of the cloud.',
    };
  }
  if (
    codes.includes('ECONNRESET') &&
    /before secure TLS connection/.test(error instanceof Error ? error.message : '')
  ) {
    return {
      message: `${at}: the connection was closed before TLS was agreed on.`,
      remedy: `Check the port and the TLS set-up of the host. ${wrongPort}`,
    };
  }
  return undefined;
}
