import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { systemCode } from '../lib/system-error.ts';
import type { Logger } from './log.ts';

const storedNotice = z.object({ text: z.string(), kept: z.string().nullable() });

/**
 * Something about the console's own files that the operator should know. `kept` is the path of the file that was moved
 * aside for the operator: the notice stays until it is dismissed or that file is removed. Without it, the notice
 * concerns this start only.
 */
export type StartNotice = z.infer<typeof storedNotice> & {
  /** Found again at every start while its file exists: dismissing it hides it until the next start. */
  everyStart?: true;
};

/** The notices of this console, in `notices.json` between starts. */
export class Notices {
  readonly #file: string;
  readonly #log: Pick<Logger, 'warn' | 'error'>;
  readonly #listeners = new Set<() => void>();
  #notices: StartNotice[];

  constructor(directory: string, log: Pick<Logger, 'warn' | 'error'>) {
    this.#file = join(directory, 'notices.json');
    this.#log = log;
    this.#notices = this.#read().filter(({ kept }) => kept !== null && existsSync(kept));
  }

  /** The texts, newest first. */
  list(): string[] {
    return this.#notices.map(({ text }) => text);
  }

  /** Adds a notice, unless the same one is there. */
  add(notice: StartNotice): void {
    if (this.#notices.some(({ text }) => text === notice.text)) return;
    this.#log.warn(notice.text);
    this.#notices = [notice, ...this.#notices];
    this.#changed();
  }

  /** Removes the notice with this text, or with a text that begins so. */
  dismiss(text: string): void {
    this.#notices = this.#notices.filter((notice) => !notice.text.startsWith(text));
    this.#changed();
  }

  /** Calls a listener when a notice was added or dismissed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    const lasting = this.#notices.filter(({ kept, everyStart }) => kept !== null && !everyStart);
    try {
      if (lasting.length > 0 || existsSync(this.#file)) {
        const stored = lasting.map(({ text, kept }) => ({ text, kept }));
        writeFileAtomic.sync(this.#file, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
      }
    } catch (error) {
      // On a full disk the notices are those of this run.
      if (systemCode(error) === undefined) throw error;
      this.#log.error({ where: 'saving notices', error }, 'notices could not be saved');
    }
    for (const listener of this.#listeners) listener();
  }

  #read(): StartNotice[] {
    if (!existsSync(this.#file)) return [];
    try {
      return z.array(storedNotice).parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
      this.#log.error({ where: 'reading notices', error }, 'notices could not be read');
      return [];
    }
  }
}
