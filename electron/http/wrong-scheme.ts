import { connect } from 'node:tls';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from './answer.ts';
import { shownUrl } from './failures.ts';

/** What servers answer when plain HTTP comes in on a TLS port: nginx, Apache, Go. */
const plainOnTls =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i;

/** What nginx answers when it wants a client certificate and gets none, or one that it does not accept. */
const certificateWanted = /No required SSL certificate was sent|The SSL certificate error/i;

/** The failure that a 400 of a web server stands for, when it is about how it was connected to. */
export function refusedAtTheDoor(url: URL, answer: HttpAnswer): ExpectedFailure | undefined {
  if (answer.status !== 400) return undefined;
  const page = answer.text.slice(0, 4_000);
  if (url.protocol === 'http:') return plainOnTls.test(page) ? tlsExpected(url) : undefined;
  return certificateWanted.test(page) ? clientCertificateWanted(url) : undefined;
}

/** A port that speaks TLS was asked without. */
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

/** Whether a port that closed on plain HTTP speaks TLS. Nothing is sent beyond the handshake, and nothing is trusted. */
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
