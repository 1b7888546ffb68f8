import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePort as NodePort } from 'node:worker_threads';
import { pageOrigin } from '../../contract/transport.ts';
import type { HttpServer } from '../http-server.ts';
import type { MainPort } from '../port-server.ts';
import { noncePlaceholder } from '../security-headers.ts';

/** A directory with a built renderer of one page. */
export async function somePages(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'console-pages-'));
  const html = `<!doctype html><meta property="csp-nonce" nonce="${noncePlaceholder}"><title>Console</title>`;
  await writeFile(join(directory, 'index.html'), html);
  return directory;
}

/** Logs in over HTTP as a browser does: opens the URL with its token and keeps the cookie. */
export async function enter(server: HttpServer): Promise<{ cookie: string; origin: string }> {
  const answer = await fetch(server.url, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, origin: server.origin };
}

/** The frame and origin that stand for the console's own page. */
export const ownFrame = { frame: {}, origin: pageOrigin };

/** A port of Node with the interface of Electron's main process, where messages come wrapped in an event. */
export function asMainPort(port: NodePort): MainPort {
  return {
    on(event: 'message' | 'close', listener: (event: { data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: undefined }));
    },
    postMessage: (message) => port.postMessage(message),
    // Node starts a port with its first listener.
    start: () => port.start(),
    close: () => port.close(),
  };
}
