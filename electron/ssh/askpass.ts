import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SshQuestion } from '../contract/remote.ts';
import { untilAborted } from '../lib/abort.ts';
import { LineSplitter, shownLine } from './terminal-text.ts';

/** Asks the operator; `undefined` refuses. The signal is aborted when the answer is no longer needed. */
export type Ask = (question: SshQuestion, signal: AbortSignal) => Promise<string | undefined>;

/**
 * The program that ssh starts to ask a question (`SSH_ASKPASS`). It is a shell script with named pipes, because the
 * packaged console cannot run as Node (the fuse `runAsNode` is off) and a shell has no sockets. All files are in a
 * directory that only this user can enter; an answer is never written to disk.
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

/** Handles the questions of one ssh process. */
export class Askpass {
  /** The last question that was refused; undefined if none was. */
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

  /** Listens for questions about `destination` in a new directory. Its path must be short and private. */
  static async open(directory: string, destination: string, ask: Ask): Promise<Askpass> {
    await mkdir(directory, { mode: 0o700 });
    const askpass = new Askpass(directory, ask);
    await writeFile(path.join(directory, 'ask'), program, { mode: 0o700 });
    await promisify(execFile)('mkfifo', ['-m', '600', path.join(directory, 'asked')]);
    // Opened for reading and writing, so that opening does not wait for a writer and reading does not end when a writer
    // closes.
    const pipe = openSync(path.join(directory, 'asked'), constants.O_RDWR | constants.O_NONBLOCK);
    askpass.#listen(pipe, destination);
    return askpass;
  }

  /** The environment that makes ssh ask this object and nothing else. */
  get environment(): Record<string, string> {
    return {
      SSH_ASKPASS: path.join(this.#directory, 'ask'),
      SSH_ASKPASS_REQUIRE: 'force',
      // OpenSSH before 8.4 requires a display; any value works.
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
      // ssh has ended, so nothing reads the answer.
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

  /** Call when ssh has ended: withdraws open questions and removes the directory. */
  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#answering);
    this.#socket?.destroy();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Classifies a question of OpenSSH. `hint` is its `SSH_ASKPASS_PROMPT`. */
function readQuestion(hint: string, words: string, destination: string): SshQuestion {
  const text = words.split('\n').map(shownLine).join('\n').trim().slice(0, 4_000);
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
