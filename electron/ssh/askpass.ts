import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SshQuestion } from '../contract/remote.ts';
import { untilAborted } from '../lib/abort.ts';
import { LineSplitter, stripControlChars } from './terminal-text.ts';

/** Asks a person; `undefined` refuses. Aborted when the answer is not wanted any more. */
export type Ask = (question: SshQuestion, signal: AbortSignal) => Promise<string | undefined>;

/**
 * The program that ssh runs for a question (`SSH_ASKPASS`). A shell script with named pipes, since the packaged console
 * cannot be borrowed as a Node (its fuse `runAsNode` is off) and a shell has no sockets. Everything is in a directory
 * that only this user may enter; an answer is never on disk.
 */
const program = `#!/bin/sh
umask 077
d=\${0%/*}
a="$d/answer.$$"
mkfifo "$a" || exit 1
trap 'rm -f "$a"' EXIT
exec 3<>"$a"
printf '%s\\n%s' "\${SSH_ASKPASS_PROMPT-}" "$1" > "$d/question.$$" || exit 1
printf '%s\\n' "$$" > "$d/asked" || exit 1
IFS= read -r answer <&3 || exit 1
case $answer in
y*) printf '%s\\n' "\${answer#y}" ;;
*) exit 1 ;;
esac
`;

/** What one ssh asks, for as long as it runs. */
export class Askpass {
  /** Where there is none, nothing was asked. */
  lastRefused: SshQuestion | undefined;
  readonly #directory: string;
  readonly #ended = new AbortController();
  readonly #answering = new Set<Promise<void>>();
  readonly #ask: Ask;
  #socket: Socket | undefined;

  private constructor(directory: string, ask: Ask) {
    this.#directory = directory;
    this.#ask = ask;
  }

  /** Listens for questions about `destination` in a new directory, which must be on a short, private path. */
  static async open(directory: string, destination: string, ask: Ask): Promise<Askpass> {
    await mkdir(directory, { mode: 0o700 });
    const askpass = new Askpass(directory, ask);
    await writeFile(path.join(directory, 'ask'), program, { mode: 0o700 });
    await promisify(execFile)('mkfifo', ['-m', '600', path.join(directory, 'asked')]);
    // For reading and writing, so that it neither waits for a writer nor ends with one.
    const pipe = openSync(path.join(directory, 'asked'), constants.O_RDWR | constants.O_NONBLOCK);
    askpass.#listen(pipe, destination);
    return askpass;
  }

  /** What makes ssh ask here, and nowhere else. */
  get environment(): Record<string, string> {
    return {
      SSH_ASKPASS: path.join(this.#directory, 'ask'),
      SSH_ASKPASS_REQUIRE: 'force',
      // Before OpenSSH 8.4 there had to be a display; any will do.
      DISPLAY: process.env['DISPLAY'] || ':0',
    };
  }

  #listen(fd: number, destination: string): void {
    this.#socket = new Socket({ fd, readable: true, writable: false });
    const lines = new LineSplitter((id) => {
      if (!/^\d{1,10}$/.test(id)) return;
      const answering = this.#answer(id, destination).finally(() => this.#answering.delete(answering));
      this.#answering.add(answering);
    });
    this.#socket.on('data', (chunk) => lines.push(chunk));
  }

  async #answer(id: string, destination: string): Promise<void> {
    const answer = await this.#askPerson(id, destination).catch(() => undefined);
    try {
      const pipe = await open(path.join(this.#directory, `answer.${id}`), constants.O_WRONLY | constants.O_NONBLOCK);
      try {
        await pipe.writeFile(answer === undefined ? 'n\n' : `y${answer.replaceAll(/[\r\n\0]/g, '')}\n`);
      } finally {
        await pipe.close();
      }
    } catch {
      // Nobody waits for the answer any more: ssh has ended.
    }
  }

  async #askPerson(id: string, destination: string): Promise<string | undefined> {
    const file = path.join(this.#directory, `question.${id}`);
    const [hint = '', ...words] = (await readFile(file, 'utf8')).split('\n');
    await rm(file, { force: true });
    const question = readQuestion(hint, words.join('\n'), destination);
    const answer = await untilAborted(this.#ask(question, this.#ended.signal), this.#ended.signal);
    if (answer === undefined && question.kind !== 'notice') this.lastRefused = question;
    return answer;
  }

  /** The ssh has ended: takes back what is still asked. */
  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#answering);
    this.#socket?.destroy();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A question as OpenSSH words it. `hint` is its `SSH_ASKPASS_PROMPT`. */
export function readQuestion(hint: string, words: string, destination: string): SshQuestion {
  const text = words.split('\n').map(stripControlChars).join('\n').trim().slice(0, 4_000);
  const kind = kindOf(hint, text);
  return { kind, destination, text, echo: kind === 'hostKey' || kind === 'confirm' };
}

function kindOf(hint: string, text: string): SshQuestion['kind'] {
  if (hint === 'none') return 'notice';
  if (/\(yes\/no(\/\[fingerprint\])?\)\?$|^Please type 'yes'/.test(text)) return 'hostKey';
  if (hint === 'confirm') return 'confirm';
  if (/passphrase for/i.test(text)) return 'passphrase';
  if (/password/i.test(text)) return 'password';
  return 'other';
}
