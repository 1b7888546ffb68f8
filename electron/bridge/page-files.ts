import { readFile, realpath } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { contentSecurityPolicy, newNonce, noncePlaceholder, securityHeaders } from './security-headers.ts';

/** The answer for one file. */
export type PageFile = { status: 200 | 404; headers: Record<string, string>; body: Buffer | string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Serves the files of the built renderer and nothing outside its directory: every path is split, checked and joined below
 * the directory, and its real path has to be inside too. A path without a file extension is a route of the page, and is
 * answered with the page.
 */
export class PageFiles {
  readonly #directory: string;
  readonly #connects: boolean;

  /**
   * @param directory of the built renderer
   * @param connects whether the page calls its own origin, see `contentSecurityPolicy`
   */
  constructor(directory: string, connects: boolean) {
    this.#directory = resolve(directory);
    this.#connects = connects;
  }

  /** The answer for the path of a URL, percent-encoded as it arrives. */
  async answer(urlPath: string): Promise<PageFile> {
    const names = namesOf(urlPath);
    if (!names) return missing();
    const last = names.at(-1) ?? '';
    if (extname(last) === '') return this.#page();
    const type = types[extname(last).toLowerCase()];
    const body = type === undefined ? undefined : await this.#read(names);
    if (type === undefined || body === undefined) return missing();
    if (names.length === 1 && last === 'index.html') return this.#page();
    const hashed = names[0] === 'assets' && /-[\w-]{8,}\.\w+$/.test(last);
    return {
      status: 200,
      headers: {
        ...securityHeaders,
        'content-type': type,
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': hashed ? 'private, max-age=31536000, immutable' : 'no-cache',
      },
      body,
    };
  }

  async #page(): Promise<PageFile> {
    const html = await this.#read(['index.html']);
    if (html === undefined) throw new Error(`The pages are not built: no index.html in ${this.#directory}`);
    const nonce = newNonce();
    return {
      status: 200,
      headers: {
        ...securityHeaders,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(nonce, this.#connects),
        'cache-control': 'no-store',
      },
      body: html.toString('utf8').replaceAll(noncePlaceholder, nonce),
    };
  }

  async #read(names: string[]): Promise<Buffer | undefined> {
    try {
      const root = await realpath(this.#directory);
      const file = await realpath(join(root, ...names));
      if (!file.startsWith(root + sep)) return undefined;
      return await readFile(file);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }
}

/** The decoded segments of a URL's path; undefined when one of them could leave the directory. */
function namesOf(urlPath: string): string[] | undefined {
  try {
    const names = urlPath
      .split('/')
      .filter((name) => name !== '')
      .map(decodeURIComponent);
    return names.every((name) => name !== '.' && name !== '..' && !/[/\\\0:]/.test(name)) ? names : undefined;
  } catch {
    return undefined;
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP';
}

function missing(): PageFile {
  return {
    status: 404,
    headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: 'Page not found.\n',
  };
}
