import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The demo cloud as the command line asks for it. */
export type DemoSize = { hosts: number; images: number; seed: number };

/** What the command line asks for. */
export type Wanted =
  | { mode: 'help' }
  | { mode: 'version' }
  | { mode: 'wrong'; complaint: string }
  | {
      mode: 'serve' | 'demo';
      /** 0 for any that is free. */
      port: number;
      /** The data directory, absolute; undefined for the mode's own. */
      data: string | undefined;
      /** Whether a browser is to be opened. */
      open: boolean;
      demo: DemoSize | undefined;
    };

export const usage = `Glance Cache Console

  glance-cache-console              the desktop console
  glance-cache-console serve        the console for a browser on this machine
  glance-cache-console demo         likewise, with a simulated cloud to try it on

Of serve and demo:
  --port N      port on 127.0.0.1; 0, or nothing said, for one that is free
  --data DIR    where the console keeps its settings and its record of operations
  --no-open     do not open a browser

Of demo:
  --hosts N     simulated glance-api hosts (5; at most 200)
  --images N    images in the simulated cloud (60; at most 20000)
  --seed N      another number, another cloud; the same, the same (1)

  --help, --version
`;

const options = {
  port: { type: 'string' },
  data: { type: 'string' },
  open: { type: 'boolean' },
  hosts: { type: 'string' },
  images: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/**
 * Reads what stands after the program's name on the command line. Without `serve` or `demo` it is `serve`: whether a
 * desktop is meant was decided before.
 *
 * @param directory that a relative `--data` counts from
 */
export function readArguments(words: readonly string[], directory: string): Wanted {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
      allowNegative: true,
    });
    const [mode = 'serve', surplus] = positionals;
    if (values.help) return { mode: 'help' };
    if (values.version) return { mode: 'version' };
    if (mode !== 'serve' && mode !== 'demo') throw new Error(`Unknown command '${mode}'`);
    if (surplus !== undefined) throw new Error(`Unexpected argument '${surplus}'`);
    if (values.data === '') throw new Error('--data needs a directory');
    if (mode === 'serve') refuse(values, ['hosts', 'images', 'seed']);
    return {
      mode,
      port: whole('port', values.port, 0, 0, 65_535),
      data: values.data === undefined ? undefined : resolve(directory, values.data),
      open: values.open ?? true,
      demo:
        mode === 'demo'
          ? {
              hosts: whole('hosts', values.hosts, 5, 1, 200),
              images: whole('images', values.images, 60, 0, 20_000),
              seed: whole('seed', values.seed, 1, 0, 2 ** 32 - 1),
            }
          : undefined,
    };
  } catch (error) {
    return { mode: 'wrong', complaint: firstSentence(error) };
  }
}

/**
 * The words that an operator typed. A packaged console is started by its own name, any other by a program and a script;
 * switches of Chromium's may come with it and are not ours.
 */
export function operatorWords(argv: readonly string[], packaged: boolean): string[] {
  return argv.slice(packaged ? 1 : 2);
}

/**
 * Whether the words ask for a console without a desktop (or for help), so that no window must be made. A demo is shown in
 * the desktop's window unless it is to be served: at a port, or without opening anything.
 */
export function asksForNoDesktop(words: readonly string[]): boolean {
  if (words.some((word) => ['serve', '--help', '-h', '--version', '-v'].includes(word))) return true;
  if (!words.includes('demo')) return false;
  const wanted = readArguments(words, '/');
  return wanted.mode !== 'demo' || !wanted.open || words.some((word) => word.startsWith('--port'));
}

/** The demo cloud that the words ask a desktop for; undefined where they ask for none. */
export function demoForDesktop(words: readonly string[]): DemoSize | undefined {
  const wanted = readArguments(words, '/');
  return wanted.mode === 'demo' ? wanted.demo : undefined;
}

/** The data directory that the words name, for a desktop: there, Chromium's own switches are let through. */
export function dataForDesktop(words: readonly string[], directory: string): string | undefined {
  const { data } = parseArgs({ args: [...words], options, strict: false }).values;
  return typeof data === 'string' && data !== '' ? resolve(directory, data) : undefined;
}

function whole(name: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not '${text}'`);
}

function refuse<Name extends string>(values: Partial<Record<Name, unknown>>, names: readonly Name[]): void {
  const name = names.find((candidate) => values[candidate] !== undefined);
  if (name !== undefined) throw new Error(`--${name} belongs to 'demo'`);
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/\.\s|\n/, 1)[0] ?? message).replace(/\.$/, '');
}
