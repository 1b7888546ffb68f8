import { connect } from 'node:tls';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from './http-answer.ts';
import { behindProxy, proxyWords } from './proxy-failures.ts';
import { addressOf, codesOf, type RequestContext, seconds, shownUrl, type Words } from './request-context.ts';
import { describeTlsFailure } from './tls-failures.ts';

const listens = 'Check the address and the port, that the service runs, and that no firewall refuses the connection.';
const routes = 'Check the network between this machine and the host: VPN, routes, firewall.';

/** Failures of a connection that was never established. */
function networkWords(code: string, at: string, url: URL, failing: RequestContext): Words | undefined {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return {
        code: 'unreachable',
        message: `${at}: there is no host of the name ${url.hostname}.`,
        remedy: 'Check the name, and that this machine can look it up (DNS, /etc/hosts, VPN).',
      };
    case 'EAI_AGAIN':
      return {
        code: 'unreachable',
        message: `${at}: the name ${url.hostname} could not be looked up: the name server does not answer.`,
        remedy: 'Check the DNS settings of this machine and its network, then try again.',
      };
    case 'ECONNREFUSED':
      return {
        code: 'unreachable',
        message: `${at}: connection refused: nothing listens there.`,
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
        remedy: `${routes} A firewall that drops packets looks like this too.`,
      };
    default:
      return undefined;
  }
}

/** The failure for a connection that ended too early. A change may have been made all the same. */
function brokenWords(at: string, failing: RequestContext): Words {
  const halfway = failing.answered ? 'in the middle of its answer' : 'without an answer';
  const remedy =
    failing.method === 'GET'
      ? 'Try again. If it stays so, look whether the service restarts or crashes, and at what stands between (load balancer, firewall).'
      : 'What was asked for may have been done: look at the host before asking again.';
  const mute = failing.url.protocol === 'https:' && !failing.answered;
  const wanting = mute ? ' A host that wants a client certificate may close like this too.' : '';
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
    return { code: 'badResponse', message: `${at}: the answer's headers are too long.`, remedy: notGlance };
  }
  // undici asserts what it expects of an answer, such as a status from 100 on.
  if (
    codes.some((code) => code.startsWith('HPE_') || code === 'ERR_ASSERTION') ||
    /^HTTPParserError$/.test((error as Error).name)
  ) {
    return { code: 'badResponse', message: `${at}: what answers there does not speak HTTP.`, remedy: notGlance };
  }
  if (codes.some((code) => closedCodes.has(code))) return brokenWords(at, failing);
  return undefined;
}

const notGlance = 'Check the address and the port: another service seems to listen there.';
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
  const missing = answered ? 'no complete answer' : 'no answer';
  const remedy =
    method === 'GET'
      ? 'The host may be busy (an older Glance answers nobody while it fetches an image) or hung. Try again later, or look at the service on the host.'
      : 'What was asked for may be done still: look at the host before asking again.';
  return new ExpectedFailure({
    code: 'timeout',
    message: `${addressOf(failing)}: ${missing} within ${seconds(deadlineMs)}.`,
    remedy: proxy && !answered ? `${remedy} The proxy may hang too: check it, or name the host in NO_PROXY.` : remedy,
  });
}

/** The failure for a request that the caller or the closing console aborted. */
export function interruptedFailure(failing: RequestContext, sent?: 'notSent'): ExpectedFailure {
  const safeToRepeat = failing.method === 'GET' || sent === 'notSent';
  return new ExpectedFailure({
    code: 'interrupted',
    message: `${shownUrl(failing.url)}: the request was cancelled before it was answered.`,
    remedy: safeToRepeat ? 'Ask again.' : 'What was asked for may have been done: look at the host.',
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
    message: `${shownUrl(url)}: that port speaks TLS, and was asked without.`,
    remedy: 'Write https:// in the address.',
    notSent: true,
  });
}

function clientCertificateWanted(url: URL): ExpectedFailure {
  return new ExpectedFailure({
    code: 'tls',
    message: `${shownUrl(url)}: the server wants a client certificate that it accepts.`,
    remedy: 'Name a client certificate and its key as cert and key in the cloud, or correct the ones named.',
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
