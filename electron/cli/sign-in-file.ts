import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How long the file stays if no browser opens it, in milliseconds. */
const fileLifetime = 5 * 60_000;

/** A file that leads a browser to a sign-in address. */
export type SignInFile = { url: string; remove(): void };

/**
 * Writes a file, which only this user can read, that leads a browser to a sign-in address. Every user of the machine can
 * read the command line of a browser, so the address must not stand there: the address of this file does. The file is
 * removed by `remove`, after five minutes, and when the process ends.
 *
 * Throws the system's error when it cannot be written.
 *
 * @param directory in which no other user can write
 */
export function writeSignInFile(directory: string, address: string): SignInFile {
  const file = join(directory, 'sign-in.html');
  const remove = () => {
    clearTimeout(timer);
    process.off('exit', remove);
    rmSync(file, { force: true });
  };
  rmSync(file, { force: true }); // The file of a console that was killed.
  try {
    writeFileSync(file, page(address), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  const timer = setTimeout(remove, fileLifetime).unref();
  process.once('exit', remove);
  return { url: pathToFileURL(file).href, remove };
}

function page(address: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}"><title>Glance Cache Console</title></head>
<body><p><a href="${address}">Open the console</a></p></body></html>
`;
}
