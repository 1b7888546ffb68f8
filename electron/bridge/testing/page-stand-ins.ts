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

/** The credentials of a page that has logged in. */
export type LoggedIn = { cookie: string; key: string; origin: string };

/** Logs in at a server as a browser does. */
export function enter(server: HttpServer): Promise<LoggedIn> {
  return openLoginUrl(server.createLoginUrl());
}

/** Opens a sign-in address as a browser does, and keeps the cookie and the page's key. */
export async function openLoginUrl(url: string): Promise<LoggedIn> {
  const answer = await fetch(url, { redirect: 'manual' });
  return loggedIn(new URL(url).origin, answer.headers.get('set-cookie') ?? '', await answer.text());
}

/** The cookie and the key in the answer to a sign-in address; empty if it has none. */
export function loggedIn(origin: string, setCookie: string, page: string): LoggedIn {
  const key = /localStorage\.setItem\('[\w-]+', '([\w-]+)'\)/.exec(page)?.[1] ?? '';
  return { cookie: setCookie.split(';')[0] ?? '', key, origin };
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
