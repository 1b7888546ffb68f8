import { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';

/**
 * Makes a connector that also reports when the certificate of each server it connects to expires, in epoch milliseconds.
 * A resumed TLS session brings no certificate, so not every connection reports one.
 */
export function reportCertificates(
  connector: buildConnector.connector,
  report: (origin: string, expiresAt: number) => void,
): buildConnector.connector {
  return (target, callback) =>
    connector(target, (...result) => {
      const [, socket] = result;
      if (socket instanceof TLSSocket) {
        const expiresAt = Date.parse(socket.getPeerCertificate().valid_to ?? '');
        const port = target.port === '' || target.port === '443' ? '' : `:${target.port}`;
        if (!Number.isNaN(expiresAt)) report(`https://${target.hostname}${port}`, expiresAt);
      }
      callback(...result);
    });
}
