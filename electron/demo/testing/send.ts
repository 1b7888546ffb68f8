import { request } from 'node:http';

export type TestRequest = { method: string; path: string; headers?: Record<string, string>; body?: string | undefined };
/** Header names as they are on the wire. */
export type TestResponse = { status: number; headers: Map<string, string>; text: string };

/** Sends one request on its own connection, with only the given headers. */
export function send(address: string, { method, path, headers = {}, body }: TestRequest): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method, agent: false, headers });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => {
        const names = new Map<string, string>();
        for (let index = 0; index < response.rawHeaders.length; index += 2) {
          names.set(response.rawHeaders[index] ?? '', response.rawHeaders[index + 1] ?? '');
        }
        resolve({ status: response.statusCode ?? 0, headers: names, text });
      });
    });
    sent.end(body);
  });
}
