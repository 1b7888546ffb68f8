import { connect } from 'node:tls';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from './http-answer.ts';
import { behindProxy, proxyWords } from './proxy-failures.ts';
import { addressOf, codesOf, type RequestContext, seconds, shownUrl, type Words } from './request-context.ts';
import { describeTlsFailure } from './tls-failures.ts';

const listens = 'Check the address and port, that the service is running, and that no firewall rejects the connection.';
const routes = 'Check the network between this machine and the host: VPN, routes, firewall.';

/** Failures of a connection that was never established. */
function networkWords(code: string, at: string, url: URL, failing: RequestContext): Words | undefined {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return {
        code: 'unreachable',
        message: `${at}: host name ${url.hostname} not found.`,
        remedy: 'Check the name and that this machine can resolve it (DNS, /etc/hosts, VPN).',
      };
    case 'EAI_AGAIN':
      return {
        code: 'unreachable',
        message: `${at}: could not resolve ${url.hostname}: the name server does not respond.`,
        remedy: 'Check the DNS settings and network of this machine, then try again.',
      };
    case 'ECONNREFUSED':
      return {
        code: 'unreachable',
        message: `${at}: connection refused. No service is listening on this port.`,
        remedy: listens,
        refused: true,
      };
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return { code: 'unreachable', message: `${at}: no route to the host, or the host is down.`, remedy: routes };
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return { code: 'unreachable', message: `${at}: the network is unreachable from this machine.`, remedy: routes };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        code: 'unreachable',
        message: `${at}: no connection within ${seconds(Math.min(failing.connectMs, failing.deadlineMs))}.`,
        remedy: `${routes} A firewall that drops packets has the same effect.`,
      };
    default:
      return undefined;
  }
}

/** The failure for a connection that ended too early. A change may have been made all the same. */
function brokenWords(at: string, failing: RequestContext): Words {
  const halfway = failing.answered ? 'before the response was complete' : 'without a response';
  const remedy =
    failing.method === 'GET'
      ? 'Try again. If this continues, check whether the service restarts or crashes, and check any load balancer or firewall in between.'
      : 'The request may have been carried out. Check the host before you try again.';
  const mute = failing.url.protocol === 'https:' && !failing.answered;
  const wanting = mute ? ' A host that requires a client certificate may also close the connection.' : '';
  return {
    code: 'unreachable',
    message: `${at}: the connection was closed ${halfway}.`,
    remedy: remedy + behindProxy(failing) + wanting,
  };
}

function wordsOf(error: unknown, failing: RequestContext): Words | undefined {
  const { url } = failing;
  const at = addressOf(failing);
  const proxied = proxyWords(error, failing);
  if (proxied) return proxied;
  const codes = codesOf(error);
  // The certificate may be that of a proxy that speaks TLS itself.
  const ofProxy =
    codes.includes('UND_ERR_PRX_TLS') || (url.protocol === 'http:' && failing.proxy?.startsWith('https:') === true);
  const tls = ofProxy
    ? describeTlsFailure(
        error,
        codes,
        `${shownUrl(url)}: the proxy ${failing.proxy}`,
        new URL(failing.proxy ?? url),
        failing.authority,
      )
    : url.protocol === 'https:'
      ? describeTlsFailure(error, codes, at, url, failing.authority)
      : undefined;
  if (tls)
    return {
      code: 'tls',
      notSent: true,
      ...tls,
      remedy: tls.remedy + (codes.includes('ECONNRESET') ? behindProxy(failing) : ''),
    };
  for (const code of codes) {
    const words = networkWords(code, at, url, failing);
    if (words) return { ...words, notSent: true };
  }
  if (codes.includes('UND_ERR_HEADERS_OVERFLOW') || codes.includes('HPE_HEADER_OVERFLOW')) {
    return { code: 'badResponse', message: `${at}: the response headers are too long.`, remedy: notGlance };
  }
  // undici asserts what it expects of an answer, such as a status from 100 on.
  if (
    codes.some((code) => code.startsWith('HPE_') || code === 'ERR_ASSERTION') ||
    /^HTTPParserError$/.test((error as Error).name)
  ) {
    return { code: 'badResponse', message: `${at}: the service on this port does not speak HTTP.`, remedy: notGlance };
  }
  if (codes.some((code) => closedCodes.has(code))) return brokenWords(at, failing);
  return undefined;
}

const notGlance = 'Check the address and port. A different service seems to be listening there.';
const closedCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'UND_ERR_PRX_CONN',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_ABORTED',
]);

/** Whether the server closed the connection before it answered. */
export function closedUnanswered(error: unknown, answered: boolean): boolean {
  return (
    !answered && codesOf(error).some((code) => code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE')
  );
}

/** Returns the expected failure for an error of a request, or the error itself when it is unexpected. */
export function requestFailure(error: unknown, failing: RequestContext): unknown {
  if (error instanceof ExpectedFailure) return error;
  const words = wordsOf(error, failing);
  return words ? new ExpectedFailure(words, { cause: error }) : error;
}

/** The failure for a passed deadline. */
export function deadlineFailure(failing: RequestContext): ExpectedFailure {
  const { method, deadlineMs, answered, proxy } = failing;
  const missing = answered ? 'no complete response' : 'no response';
  const remedy =
    method === 'GET'
      ? 'The host may be busy or hung (some older Glance releases do not respond while they fetch an image). Try again later, or check the service on the host.'
      : 'The request may still be carried out. Check the host before you try again.';
  return new ExpectedFailure({
    code: 'timeout',
    message: `${addressOf(failing)}: ${missing} within ${seconds(deadlineMs)}.`,
    remedy: proxy && !answered ? `${remedy} The proxy may also hang: check it, or name the host in NO_PROXY.` : remedy,
  });
}

/** The failure for a request that the caller or the closing console aborted. */
export function interruptedFailure(failing: RequestContext, sent?: 'notSent'): ExpectedFailure {
  const safeToRepeat = failing.method === 'GET' || sent === 'notSent';
  return new ExpectedFailure({
    code: 'interrupted',
    message: `${shownUrl(failing.url)}: the request was cancelled before the response.`,
    remedy: safeToRepeat ? 'Try again.' : 'The request may have been carried out. Check the host.',
    ...(sent === 'notSent' ? { notSent: true } : {}),
  });
}

/** The answers of nginx, Apache and Go to plain HTTP on a TLS port. */
const plainOnTls =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i;

/** The answers of nginx when it requires a client certificate and gets none, or an invalid one. */
const certificateWanted = /No required SSL certificate was sent|The SSL certificate error/i;

/**
 * Returns the failure for a 400 that is about how the client connected: plain HTTP on a TLS port, or a missing client
 * certificate.
 */
export function schemeMismatch(url: URL, answer: HttpAnswer): ExpectedFailure | undefined {
  if (answer.status !== 400) return undefined;
  const page = answer.text.slice(0, 4_000);
  if (url.protocol === 'http:') return plainOnTls.test(page) ? tlsExpected(url) : undefined;
  return certificateWanted.test(page) ? clientCertificateWanted(url) : undefined;
}

/** The failure for plain HTTP on a TLS port. */
export function tlsExpected(url: URL): ExpectedFailure {
  return new ExpectedFailure({
    code: 'tls',
    message: `${shownUrl(url)}: this port requires TLS.`,
    remedy: 'Use https:// in the address.',
    notSent: true,
  });
}

function clientCertificateWanted(url: URL): ExpectedFailure {
  return new ExpectedFailure({
    code: 'tls',
    message: `${shownUrl(url)}: the server requires a valid client certificate.`,
    remedy: 'Set a client certificate and key (cert and key) in the cloud settings, or correct the current ones.',
    notSent: true,
  });
}

/** Whether a port that closed on plain HTTP speaks TLS. Only a handshake is made, and no certificate is trusted. */
export function answersTls(url: URL, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(url.port || 80), rejectUnauthorized: false });
    const end = (answer: boolean) => {
      signal.removeEventListener('abort', no);
      socket.destroy();
      resolve(answer);
    };
    const no = () => end(false);
    signal.addEventListener('abort', no);
    socket.setTimeout(2_000, no);
    socket.once('secureConnect', () => end(true));
    socket.once('error', no);
    socket.once('close', no);
  });
}
