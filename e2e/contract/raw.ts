import { request } from 'node:http';

export type RawRequest = {
  method: string;
  path: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: string;
};
export type RawAnswer = { status: number; headers: Record<string, string>; text: string };

/** Sends one plain request with only the given headers. Uses none of the console's code and follows no redirect. */
export function sendRaw(address: string, { method, path, token, headers, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, {
      method,
      agent: false,
      timeout: 30_000,
      headers: {
        ...headers,
        ...(token === undefined ? {} : { 'X-Auth-Token': token }),
        ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      },
    });
    sent.once('timeout', () => sent.destroy(new Error(`${method} ${address}${path}: no answer within 30 s`)));
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const names = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(names),
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.end(body);
  });
}
