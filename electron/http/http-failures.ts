import { connect } from 'node:tls';
import { ExpectedFailure, type FailureCode } from '../contract/failure.ts';
import type { HttpAnswer } from './http-answer.ts';
import { SocksError } from './socks-connector.ts';
import { describeTlsFailure } from './tls-failures.ts';

/** What is known of a request that failed. */
export type RequestContext = {
  method: string;
  /** Whether it may be sent again after no answer came. */
  repeatable: boolean;
  url: URL;
  deadlineMs: number;
  connectMs: number;
  /** The proxy, without its login. */
  proxy: string | undefined;
  /** The file of authorities that is trusted beside the system's, and what names it. */
  authority?: string | undefined;
  /** Whether the head of an answer has arrived. */
  answered: boolean;
};

/** Returns an address without login and query, as it may be shown. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`.slice(0, 600);
}

function seconds(ms: number): string {
  return `${ms >= 10_000 ? Math.round(ms / 1000) : Math.round(ms / 100) / 10} s`;
}

type Words = { code: FailureCode; message: string; remedy: string; notSent?: true; refused?: true };

/** Returns the codes of an error and of all its causes, outermost first. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let next: unknown = error;
  for (let depth = 0; depth < 6 && next instanceof Error; depth += 1) {
    const { code } = next as NodeJS.ErrnoException;
    if (typeof code === 'string') codes.push(code);
    if (next instanceof AggregateError) {
      for (const inner of next.errors) {
        const innerCode = (inner as NodeJS.ErrnoException | null)?.code;
        if (typeof innerCode === 'string') codes.push(innerCode);
      }
    }
    next = next.cause;
  }
  return codes;
}

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
        // With a proxy, the refusal comes from the proxy.
        ...(failing.proxy ? {} : { refused: true }),
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

/** ssh -D confirms a connection before it is made, and closes it if the host cannot be reached or looked up. */
function behindProxy({ proxy, answered }: RequestContext): string {
  if (!proxy?.startsWith('socks') || answered) return '';
  return ' A proxy such as ssh -D closes like this if it cannot reach or look up the host.';
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

const socksReplies: Record<number, string> = {
  2: 'its rules do not allow it',
  3: 'it has no route to the network of the host',
  4: 'it does not reach the host',
  5: 'the host refuses the connection',
  6: 'the host did not answer it in time',
  8: 'it does not know this kind of address',
};

/** Failures of a SOCKS proxy. Nothing was sent to the host. */
function socksWords({ problem, reply, cause }: SocksError, failing: RequestContext): Words {
  const at = shownUrl(failing.url);
  const proxy = `the proxy ${failing.proxy}`;
  const variables = 'in ALL_PROXY, HTTP_PROXY or HTTPS_PROXY';
  const spare = 'or name the host in NO_PROXY, and restart the console';
  const words = (message: string, remedy: string): Words => ({
    code: 'unreachable',
    notSent: true,
    message: `${at}: ${message}.`,
    remedy,
  });
  switch (problem) {
    case 'proxyUnreachable':
      return words(
        `${proxy} cannot be reached (${codesOf(cause)[0] ?? 'no connection'})`,
        `Check that the proxy runs (such as ssh -D) and its address ${variables}, ${spare}.`,
      );
    case 'silent':
      return words(
        `${proxy} does not answer within ${seconds(failing.connectMs)}`,
        `The proxy hangs, or does not reach the host: restart it (such as ssh -D), check the network behind it, ${spare}.`,
      );
    case 'closed':
      return words(
        `${proxy} closed the connection before it connected to the host`,
        `It closes like this if it cannot reach or look up the host (such as ssh -D): check the address, ${spare}.`,
      );
    case 'noSocks':
      return words(
        `${proxy} does not speak SOCKS 5`,
        `Check the address ${variables}: a proxy for HTTP is written http://, ${spare}.`,
      );
    case 'loginWanted':
      return words(`${proxy} wants a login`, `Write it ${variables} as socks5h://USER:PASSWORD@PROXY, ${spare}.`);
    case 'loginRefused':
      return words(`${proxy} refuses the login`, `Correct user and password ${variables}, ${spare}.`);
    case 'lookup':
      return words(
        `the name ${failing.url.hostname} could not be looked up on this machine`,
        `With socks5h:// instead of socks5:// ${variables} the proxy looks up names; or check the name and the DNS here.`,
      );
    case 'refused':
      return words(
        `${proxy} does not connect: ${socksReplies[reply ?? 1] ?? `it answers with ${reply}`}`,
        `Check the address, and that the proxy may and can reach it, ${spare}.`,
      );
  }
}

/** Returns the `SocksError` in an error or in its causes. */
function socksErrorOf(error: unknown): SocksError | undefined {
  let next: unknown = error;
  for (let depth = 0; depth < 6 && next instanceof Error; depth += 1) {
    if (next instanceof SocksError) return next;
    next = next.cause;
  }
  return undefined;
}

/** The address of a request, and the proxy in between. */
function addressOf({ url, proxy }: RequestContext): string {
  return proxy ? `${shownUrl(url)} (through the proxy ${proxy})` : shownUrl(url);
}

function wordsOf(error: unknown, failing: RequestContext): Words | undefined {
  const { url } = failing;
  const at = addressOf(failing);
  const socks = socksErrorOf(error);
  if (socks) return socksWords(socks, failing);
  const codes = codesOf(error);
  const message = error instanceof Error ? error.message : '';
  const tunnel = /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/.exec(message);
  if (tunnel) {
    const status = tunnel[1] ?? tunnel[2];
    return {
      code: 'unreachable',
      notSent: true,
      message: `${at}: the proxy refuses the connection with ${status}.`,
      remedy:
        'Check the proxy and its login in HTTP_PROXY or HTTPS_PROXY, or name the host in NO_PROXY, and restart the console.',
    };
  }
  const tls =
    url.protocol === 'https:' || codes.includes('UND_ERR_PRX_TLS')
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
