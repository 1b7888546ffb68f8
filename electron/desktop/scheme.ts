import { protocol } from 'electron';
import type { PageFiles } from '../bridge/pages/page-files.ts';
import { pageScheme } from '../contract/transport.ts';
import { isOurs } from './trust.ts';

/** Gives the console's pages an origin of their own. Has to be called before Electron is ready. */
export function claimPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ]);
}

/** Answers for the console's own origin with the files of the built renderer, and for nothing else. */
export function setUpPages(pages: PageFiles): void {
  protocol.handle(pageScheme, async (request) => {
    if (!isOurs(request.url) || request.method !== 'GET') return new Response('Refused', { status: 403 });
    const { status, headers, body } = await pages.answer(new URL(request.url).pathname);
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers });
  });
}
