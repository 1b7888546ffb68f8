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
      ? [
          `wants a login, or does not accept the one that it was sent (407)`,
          `Write it ${variables} as http://USER:PASSWORD@PROXY, ${spare}.`,
        ]
      : status >= 502 && status <= 504
        ? [
            `does not reach the host (${status})`,
            `Check the address of the host, and that the proxy can reach it, ${spare}.`,
          ]
        : [
            `refuses the connection with ${status}`,
            `Check that the proxy may connect to this host and port, and its address ${variables}, ${spare}.`,
          ];
  return {
    code: 'unreachable',
    notSent: true,
    message: `${shownUrl(failing.url)}: the proxy ${failing.proxy} ${words[0]}.`,
    remedy: words[1],
  };
}

/** A proxy that there is no connection to. Its own name, address and port are what is wrong, not those of the host. */
function connectionWords(codes: readonly string[], failing: RequestContext): Words | undefined {
  const problems: Record<string, string> = {
    ENOTFOUND: 'is not known by that name on this machine',
    EAI_NODATA: 'is not known by that name on this machine',
    EAI_NONAME: 'is not known by that name on this machine',
    EAI_AGAIN: 'could not be looked up: the name server does not answer',
    ECONNREFUSED: 'refuses the connection: nothing listens there',
    EHOSTUNREACH: 'cannot be reached: there is no route to it',
    EHOSTDOWN: 'cannot be reached: there is no route to it',
    ENETUNREACH: 'cannot be reached: there is no network to it',
    ETIMEDOUT: `does not answer within ${seconds(failing.connectMs)}`,
    UND_ERR_CONNECT_TIMEOUT: `does not answer within ${seconds(Math.min(failing.connectMs, failing.deadlineMs))}`,
  };
  const code = codes.find((one) => problems[one] !== undefined);
  if (code === undefined) return undefined;
  return {
    code: 'unreachable',
    notSent: true,
    message: `${addressOf(failing)}: the proxy ${problems[code]}.`,
    remedy: `Check that the proxy runs and its address ${variables}, ${spare}.`,
  };
}

/** ssh -D confirms a connection before it is made, and closes it if the host cannot be reached or looked up. */
export function behindProxy({ proxy, answered }: RequestContext): string {
  if (!proxy?.startsWith('socks') || answered) return '';
  return ' A proxy such as ssh -D closes like this if it cannot reach or look up the host.';
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
