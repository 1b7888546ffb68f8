import { ExpectedFailure } from '../contract/failure.ts';
import { evidenceOf, type HttpAnswer } from './http-answer.ts';
import { addressOf, codesOf, type RequestContext, seconds, shownUrl, type Words } from './request-context.ts';
import { SocksError } from './socks-connector.ts';

const variables = 'in ALL_PROXY, HTTP_PROXY or HTTPS_PROXY';
const spare = 'or name the host in NO_PROXY, and restart the console';

/** Failures at a proxy, of which nothing reached the host; undefined for any other error. */
export function proxyWords(error: unknown, failing: RequestContext): Words | undefined {
  if (!failing.proxy) return undefined;
  const socks = socksErrorOf(error);
  if (socks) return socksWords(socks, failing);
  const tunnel = /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/.exec(
    error instanceof Error ? error.message : '',
  );
  if (tunnel) return refusalWords(Number(tunnel[1] ?? tunnel[2]), failing);
  return connectionWords(codesOf(error), failing);
}

/** The failure for an answer that a proxy gave itself, in the place of the host; undefined for one of the host. */
export function proxyAnswer(answer: HttpAnswer, failing: RequestContext): ExpectedFailure | undefined {
  const { status, headers } = answer;
  const ownAnswer =
    status === 407 || headers['x-squid-error'] !== undefined || /\berror=/.test(headers['proxy-status'] ?? '');
  if (!failing.proxy || failing.url.protocol !== 'http:' || status < 400 || !ownAnswer) return undefined;
  return new ExpectedFailure({ ...evidenceOf(answer), ...refusalWords(status, failing) });
}

/** A proxy that does not pass a request on. */
function refusalWords(status: number, failing: RequestContext): Words {
  const words: [string, string] =
    status === 407
      ? [`requires a login or rejected the login (407)`, `Set it ${variables} as http://USER:PASSWORD@PROXY, ${spare}.`]
      : status >= 502 && status <= 504
        ? [
            `cannot reach the host (${status})`,
            `Check the address of the host and that the proxy can reach it, ${spare}.`,
          ]
        : [
            `rejected the connection with status ${status}`,
            `Check that the proxy is allowed to connect to this host and port, and its address ${variables}, ${spare}.`,
          ];
  return {
    code: 'unreachable',
    notSent: true,
    message: `${shownUrl(failing.url)}: the proxy ${failing.proxy} ${words[0]}.`,
    remedy: words[1],
  };
}

/** A proxy that cannot be reached. The fault is in its own name, address or port, not in those of the host. */
function connectionWords(codes: readonly string[], failing: RequestContext): Words | undefined {
  const problems: Record<string, string> = {
    ENOTFOUND: 'has a name that this machine cannot resolve',
    EAI_NODATA: 'has a name that this machine cannot resolve',
    EAI_NONAME: 'has a name that this machine cannot resolve',
    EAI_AGAIN: 'could not be resolved: the name server does not respond',
    ECONNREFUSED: 'refused the connection: no service is listening there',
    EHOSTUNREACH: 'is unreachable: no route',
    EHOSTDOWN: 'is unreachable: no route',
    ENETUNREACH: 'is unreachable: no network',
    ETIMEDOUT: `did not respond within ${seconds(failing.connectMs)}`,
    UND_ERR_CONNECT_TIMEOUT: `did not respond within ${seconds(Math.min(failing.connectMs, failing.deadlineMs))}`,
  };
  const code = codes.find((one) => problems[one] !== undefined);
  if (code === undefined) return undefined;
  return {
    code: 'unreachable',
    notSent: true,
    message: `${addressOf(failing)}: the proxy ${problems[code]}.`,
    remedy: `Check that the proxy is running and its address ${variables}, ${spare}.`,
  };
}

/** ssh -D confirms a connection before it is made, and closes it if the host cannot be reached or looked up. */
export function behindProxy({ proxy, answered }: RequestContext): string {
  if (!proxy?.startsWith('socks') || answered) return '';
  return ' A proxy such as ssh -D also closes the connection if it cannot reach or resolve the host.';
}

const socksReplies: Record<number, string> = {
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused by the host',
  6: 'timed out connecting to the host',
  8: 'address type not supported',
};

/** Failures of a SOCKS proxy. Nothing was sent to the host. */
function socksWords({ problem, reply, cause }: SocksError, failing: RequestContext): Words {
  const at = shownUrl(failing.url);
  const proxy = `the proxy ${failing.proxy}`;
  const words = (message: string, remedy: string): Words => ({
    code: 'unreachable',
    notSent: true,
    message: `${at}: ${message}.`,
    remedy,
  });
  switch (problem) {
    case 'proxyUnreachable':
      return words(
        `${proxy} is unreachable (${codesOf(cause)[0] ?? 'no connection'})`,
        `Check that the proxy is running (such as ssh -D) and its address ${variables}, ${spare}.`,
      );
    case 'silent':
      return words(
        `${proxy} did not respond within ${seconds(failing.connectMs)}`,
        `The proxy hangs or cannot reach the host. Restart it (such as ssh -D), check the network behind it, ${spare}.`,
      );
    case 'closed':
      return words(
        `${proxy} closed the connection before it connected to the host`,
        `A proxy such as ssh -D does this if it cannot reach or resolve the host. Check the address, ${spare}.`,
      );
    case 'noSocks':
      return words(
        `${proxy} does not speak SOCKS 5`,
        `Check the address ${variables} (an HTTP proxy starts with http://), ${spare}.`,
      );
    case 'loginWanted':
      return words(`${proxy} requires a login`, `Set it ${variables} as socks5h://USER:PASSWORD@PROXY, ${spare}.`);
    case 'loginRefused':
      return words(`${proxy} rejected the login`, `Correct user and password ${variables}, ${spare}.`);
    case 'lookup':
      return words(
        `this machine could not resolve ${failing.url.hostname}`,
        `Use socks5h:// instead of socks5:// ${variables} so that the proxy resolves names, or check the name and the DNS of this machine.`,
      );
    case 'refused':
      return words(
        `${proxy} could not connect: ${socksReplies[reply ?? 1] ?? `reply code ${reply}`}`,
        `Check the address and that the proxy is allowed and able to reach it, ${spare}.`,
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
