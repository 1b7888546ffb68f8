import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The size of the demo cloud, and whether its caches grow and are pruned by themselves. */
export type DemoSize = { hosts: number; regions: number; images: number; seed: number; growth: boolean };

/** A parsed command line. */
export type CommandLine =
  | { mode: 'help' }
  | { mode: 'version' }
  | { mode: 'wrong'; complaint: string }
  | {
      /** A new sign-in address of a console that runs. */
      mode: 'login-url';
      /** The data directory of that console, absolute; undefined for the default one. */
      data: string | undefined;
    }
  | {
      mode: 'run';
      /** Whether the desktop's window is to open, where there can be one. Otherwise a browser is served. */
      desktop: boolean;
      /** The port on 127.0.0.1; 0 for any that is free. */
      port: number;
      /** The data directory, absolute; undefined for the default one. */
      data: string | undefined;
      /** Whether to open a browser when one is served. */
      open: boolean;
      /** The demo cloud, when it is to be opened. */
      demo: DemoSize | undefined;
      /** The switches for Electron and Chromium, such as `--ozone-platform=x11`. Empty unless the desktop is to open. */
      switches: string[];
    };

export const usage = `Glance Cache Console

  glance-cache-console              start the desktop console
  glance-cache-console serve        serve the console to a browser on this machine
  glance-cache-console demo         start the console with a simulated cloud
  glance-cache-console login-url    print a new sign-in address of the served console on --data DIR

Options:
  --data DIR    data directory for settings and the operations history
  --port N      serve to a browser on this port of 127.0.0.1 (0: any free port)
  --no-open     serve to a browser without opening it

Demo options:
  --hosts N     simulated glance-api hosts (default 5, maximum 200)
  --regions N   regions, each with its own image service (default 1, maximum 3)
  --images N    images in the simulated cloud (default 60, maximum 20000)
  --seed N      seed of the simulated cloud; the same seed gives the same cloud (default 1)
  --no-growth   no new images, growth and pruning in the simulated cloud

  --help, --version

The desktop console passes other switches to Electron, such as --ozone-platform=x11.
`;

const commands = ['serve', 'demo', 'login-url'];

const options = {
  port: { type: 'string' },
  data: { type: 'string' },
  open: { type: 'boolean' },
  hosts: { type: 'string' },
  regions: { type: 'string' },
  images: { type: 'string' },
  seed: { type: 'string' },
  growth: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/**
 * Parses the words after the program's name. The only parser of the command line: `npm start`, the desktop and the served
 * console all ask it. `--port` and `--no-open` are about a browser, so they ask for a served console; a switch that is
 * not the console's own belongs to Electron, so it is wrong there.
 *
 * @param directory that a relative `--data` is resolved against
 */
export function parseCommandLine(words: readonly string[], directory: string): CommandLine {
  try {
    const switches = words.filter(isForeignSwitch);
    const { values, positionals } = parseArgs({
      args: words.filter((word) => !isForeignSwitch(word)),
      options,
      allowPositionals: true,
      allowNegative: true,
    });
    const [command, surplus] = positionals;
    if (values.help) return { mode: 'help' };
    if (values.version) return { mode: 'version' };
    if (command !== undefined && !commands.includes(command)) {
      throw new Error(`Unknown command '${command}'`);
    }
    if (surplus !== undefined) throw new Error(`Unexpected argument '${surplus}'`);
    if (values.data === '') throw new Error('--data needs a directory');
    if (command !== 'demo') refuse(values, ['hosts', 'regions', 'images', 'seed', 'growth']);
    const data = values.data === undefined ? undefined : resolve(directory, values.data);
    if (command === 'login-url') {
      const option = switches[0] ?? (values.port === undefined ? undefined : '--port');
      if (option !== undefined || values.open !== undefined) {
        throw new Error(`'login-url' accepts only --data, not ${option ?? '--no-open'}`);
      }
      return { mode: 'login-url', data };
    }
    const open = values.open ?? true;
    const desktop = command !== 'serve' && values.port === undefined && open;
    if (!desktop && switches[0] !== undefined) throw new Error(`Unknown option '${switches[0]}'`);
    return {
      mode: 'run',
      desktop,
      port: integer('port', values.port, 0, 0, 65_535),
      data,
      open,
      demo:
        command === 'demo'
          ? {
              hosts: integer('hosts', values.hosts, 5, 1, 200),
              regions: integer('regions', values.regions, 1, 1, 3),
              images: integer('images', values.images, 60, 0, 20_000),
              seed: integer('seed', values.seed, 1, 0, 2 ** 32 - 1),
              growth: values.growth ?? true,
            }
          : undefined,
      switches,
    };
  } catch (error) {
    return { mode: 'wrong', complaint: firstSentence(error) };
  }
}

/**
 * The words that the operator typed. A packaged console is started by its own name. Any other is started by a program and
 * the path of a script or application, which switches of the program may precede.
 */
export function operatorWords(argv: readonly string[], packaged: boolean): string[] {
  if (packaged) return argv.slice(1);
  const application = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return application < 0 ? [] : argv.slice(application + 1);
}

function isForeignSwitch(word: string): boolean {
  if (!word.startsWith('-') || word === '--') return false;
  if (word === '-h' || word === '-v' || word === '--no-open' || word === '--no-growth') return false;
  return !Object.keys(options).includes(/^--([^=]*)/.exec(word)?.[1] ?? '');
}

function integer(name: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`--${name} must be an integer from ${least} to ${most}, not '${text}'`);
}

function refuse<Name extends string>(values: Partial<Record<Name, unknown>>, names: readonly Name[]): void {
  const name = names.find((candidate) => values[candidate] !== undefined);
  if (name === undefined) return;
  throw new Error(`--${values[name] === false ? 'no-' : ''}${name} is only valid for 'demo'`);
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/\.\s|\n/, 1)[0] ?? message).replace(/\.$/, '');
}
