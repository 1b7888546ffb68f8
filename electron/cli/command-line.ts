import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The size of the demo cloud, and whether its caches grow and are pruned by themselves. */
export type DemoSize = { hosts: number; regions: number; images: number; seed: number; growth: boolean };

/** Where metrics are served. */
export type MetricsOptions = {
  /** An IP address. Undefined for the loopback addresses. */
  address: string | undefined;
  /** 0 for any that is free. */
  port: number;
  /** The file with the bearer token of the scraper, absolute. */
  tokenFile: string | undefined;
  /** The number of most requested images with metrics of their own. */
  mostRequested: number;
};

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
      /** Whether to open the desktop's window if possible. Otherwise a browser is served. */
      desktop: boolean;
      /** The port on 127.0.0.1; 0 for any that is free. */
      port: number;
      /** The data directory, absolute; undefined for the default one. */
      data: string | undefined;
      /** Whether to open a browser when one is served. */
      open: boolean;
      /** Whether to run without a page: schedules, polling and metrics only. */
      headless: boolean;
      /** Where to serve metrics and health; undefined for nowhere. */
      metrics: MetricsOptions | undefined;
      /** The name by which servers and the journal distinguish this console from others. */
      name: string;
      /** The options of the demo cloud, if it is to be opened. */
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
  --headless    with serve or demo: no page, only polling, schedules and metrics; needs --metrics
  --name NAME   tells this console from others in the journal and in the servers' logs (default: the machine's name)

Metrics options:
  --metrics [ADDRESS:]PORT   serve metrics for Prometheus at /metrics, and health at /healthz and /livez,
                             on this port of 127.0.0.1 or of the given IP address (0: any free port)
  --metrics-token-file FILE  require the bearer token in this file; by default the systemd credential
                             metrics-token, if there is one
  --metrics-images N         most requested images with metrics of their own (default 20, maximum 500)

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
  headless: { type: 'boolean' },
  metrics: { type: 'string' },
  'metrics-token-file': { type: 'string' },
  'metrics-images': { type: 'string' },
  name: { type: 'string' },
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
      const name = Object.keys(values).find((given) => given !== 'data');
      const option = switches[0] ?? (name === 'open' ? '--no-open' : name && `--${name}`);
      if (option !== undefined) throw new Error(`'login-url' accepts only --data, not ${option}`);
      return { mode: 'login-url', data };
    }
    const open = values.open ?? true;
    const headless = values.headless ?? false;
    const metrics = metricsOptions(values, directory);
    if (headless) checkHeadless(command, metrics, values.port);
    const desktop = command !== 'serve' && values.port === undefined && open && !headless;
    if (!desktop && switches[0] !== undefined) throw new Error(`Unknown option '${switches[0]}'`);
    return {
      mode: 'run',
      desktop,
      port: integer('port', values.port, 0, 0, 65_535),
      data,
      open: open && !headless,
      headless,
      metrics,
      name: consoleName(values.name),
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

/** `9464`, `0.0.0.0:9464`, `[::1]:9464` or `localhost:9464`. */
function metricsOptions(
  values: {
    metrics?: string | undefined;
    'metrics-token-file'?: string | undefined;
    'metrics-images'?: string | undefined;
  },
  directory: string,
): MetricsOptions | undefined {
  const { metrics, 'metrics-token-file': tokenFile, 'metrics-images': images } = values;
  if (metrics === undefined) {
    const surplus = tokenFile !== undefined ? '--metrics-token-file' : images !== undefined && '--metrics-images';
    if (surplus) throw new Error(`${surplus} needs --metrics`);
    return undefined;
  }
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]:|([^:]*):)?([^:]*)$/.exec(metrics) ?? [];
  const address = bracketed ?? plain;
  const isAddress = bracketed === undefined ? isIP(address ?? '') === 4 : isIP(bracketed) === 6;
  if (port === undefined || (address !== undefined && address !== 'localhost' && !isAddress)) {
    throw new Error(`--metrics must be PORT or ADDRESS:PORT with an IP address, such as [::1]:9464, not '${metrics}'`);
  }
  if (tokenFile === '') throw new Error('--metrics-token-file needs a file');
  return {
    address: address === 'localhost' || address === '127.0.0.1' ? undefined : address,
    port: integer('metrics', port, 0, 0, 65_535),
    tokenFile: tokenFile === undefined ? undefined : resolve(directory, tokenFile),
    mostRequested: integer('metrics-images', images, 20, 0, 500),
  };
}

function checkHeadless(command: string | undefined, metrics: MetricsOptions | undefined, port: string | undefined) {
  if (command === undefined) throw new Error("--headless is only valid for 'serve' and 'demo'");
  if (port !== undefined) throw new Error('--headless serves no page, so --port is not valid with it');
  if (metrics === undefined) throw new Error('--headless needs --metrics, where its health is served');
}

/** The name is sent in a header, so it has only visible ASCII characters, without those that end a comment there. */
function consoleName(given: string | undefined): string {
  const name =
    given ??
    (hostname()
      .replace(/[^\x21-\x7e]|[()\\]/g, '-')
      .slice(0, 64) ||
      'console');
  if (/^[\x20-\x7e]{1,64}$/.test(name) && !/[()\\]/.test(name) && name.trim() !== '') return name;
  throw new Error('--name must be 1 to 64 ASCII characters without parentheses and backslashes');
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
