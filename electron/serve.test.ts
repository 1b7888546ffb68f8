import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asNobody, nobody } from './lib/testing/another-user.ts';

// The served console on a machine with other users, attacked with what the system shows them of its processes and
// files; as another user, if the tests run as root.

const program = join(import.meta.dirname, 'serve.ts');
const run = promisify(execFile);
let parent: string;
let data: string;
let running: ChildProcess[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'console-served-'));
  data = join(parent, 'data');
  running = [];
  // Others can look at the names of files, so that each file has to protect itself.
  await mkdir(data);
  for (const directory of [parent, data]) await chmod(directory, 0o755);
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(parent, { recursive: true, force: true });
});

type Served = {
  child: ChildProcess;
  url: string;
  nextUrl: () => Promise<string>;
  lines: string[];
  rest: () => Promise<string[]>;
};

/** Waits until a started console is ready, and reads its sign-in addresses. */
async function ready(child: ChildProcess): Promise<Served> {
  running.push(child);
  if (child.stdout === null) throw new Error('Its output is not read');
  const lines: string[] = [];
  const arriving = on(createInterface(child.stdout), 'line', { close: ['close'] });
  const nextUrl = async () => {
    for (;;) {
      const { value, done } = await arriving.next();
      if (done) throw new Error(`The console ended: ${lines.join('\n')}`);
      const line = String(value[0]).trimEnd();
      lines.push(line);
      const url = /^Console: (\S+)/.exec(line)?.[1];
      if (url !== undefined) return url;
    }
  };
  const rest = async () => {
    for await (const [line] of arriving) lines.push(String(line).trimEnd());
    return lines;
  };
  return { child, url: await nextUrl(), nextUrl, lines, rest };
}

const serve = (words: string[], env: NodeJS.ProcessEnv = {}) =>
  ready(
    spawn(process.execPath, [program, 'serve', '--data', data, ...words], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
const loginUrl = () => run(process.execPath, [program, 'login-url', '--data', data]);
const statusOf = async (url: string) => (await fetch(url, { redirect: 'manual' })).status;

/** What every user of the machine can read: the command lines of all processes. */
async function allCommandLines(): Promise<string> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return texts.join('\n');
}

test.skipIf(process.platform !== 'linux')(
  'the token is on no command line: a browser opens a file that only its user can read, and that is deleted once used',
  async () => {
    const opened = join(parent, 'opened');
    const browser = join(parent, 'browser');
    // It runs until the test ends, and with it the writing end of the pipe.
    const script = `#!/bin/sh\numask > ${opened}.umask\necho "$1" > ${opened}.new\nmv ${opened}.new ${opened}\nread line < ${browser}.end\n`;
    await writeFile(browser, script, { mode: 0o755 });
    await run('mkfifo', [`${browser}.end`]);
    await using _end = await open(`${browser}.end`, 'r+');
    await mkdir(join(parent, 'applications'));
    const entry = `[Desktop Entry]\nType=Application\nName=Browser\nMimeType=text/html;\nExec=${browser} %U\n`;
    await writeFile(join(parent, 'applications/test-browser.desktop'), entry);
    await writeFile(join(parent, 'mimeapps.list'), '[Default Applications]\ntext/html=test-browser.desktop\n');
    const { url, child } = await serve([], {
      XDG_DATA_HOME: parent,
      XDG_CONFIG_HOME: parent,
      XDG_CURRENT_DESKTOP: 'none',
      DISPLAY: ':0',
    });
    const address = await expect
      .poll(() => readFile(opened, 'utf8').catch(() => undefined))
      .toBeDefined()
      .then(async () => (await readFile(opened, 'utf8')).trim());
    const token = new URL(url).searchParams.get('token') ?? '';
    expect(token.length).toBeGreaterThan(60);
    const commandLines = await allCommandLines();
    expect(commandLines).toContain(address);
    expect(commandLines).not.toContain(token);
    expect(await readFile(`${opened}.umask`, 'utf8')).toBe(`${process.umask().toString(8).padStart(4, '0')}\n`);

    const file = fileURLToPath(address);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    if (nobody !== undefined) await expect(run('cat', [file], asNobody)).rejects.toThrow('Permission denied');
    expect(await readFile(file, 'utf8')).toContain(`content="0;url=${url}"`);
    expect(await statusOf(url)).toBe(200);
    await expect.poll(() => existsSync(file)).toBe(false);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await readdir(data)).not.toContain('login-key.json');
  },
);

test('login-url prints another address for the same user, and none for another user', async () => {
  const { url, child } = await serve(['--no-open']);
  expect(await statusOf(url)).toBe(200);
  expect(await statusOf(url)).toBe(401);
  const { stdout } = await loginUrl();
  expect(stdout).toMatch(new RegExp(`^${new URL(url).origin}/\\?token=\\S+\\n$`));
  expect(await statusOf(stdout.trim())).toBe(200);
  expect(await statusOf(stdout.trim())).toBe(401);
  for (const name of await readdir(data))
    expect([name, (await stat(join(data, name))).mode & 0o777]).toEqual([name, 0o600]);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(data)).toContain('login-key.json');
  await expect(loginUrl()).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^No served console is running with the data directory /),
  });
});

test.skipIf(nobody === undefined)('login-url refuses another user', async () => {
  await serve(['--no-open']);
  // The other user needs no checkout of the console: a copy of what it reads is enough.
  await expect(run('cat', [join(data, 'login-key.json')], asNobody)).rejects.toThrow('Permission denied');
  const script = `import { newLoginUrl } from '${join(import.meta.dirname, 'cli/login-url.ts')}'; newLoginUrl(process.argv[1]);`;
  await expect(run(process.execPath, ['--input-type=module', '-e', script, data], asNobody)).rejects.toThrow(
    'cannot be read: EACCES',
  );
});

test('login-url reports that no console runs there', async () => {
  await expect(loginUrl()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No served console is running/),
  });
  expect(await readdir(data)).toEqual([]);
});

/** Runs a program in a terminal (util-linux). */
const scriptProgram = '/usr/bin/script';
const terminal = await access(scriptProgram).then(
  () => process.platform === 'linux',
  () => false,
);

test.skipIf(!terminal)('Enter in the terminal prints another address', async () => {
  const command = `exec ${process.execPath} ${program} serve --no-open --data ${data}`;
  const child = spawn(scriptProgram, ['-qfec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { url, nextUrl, lines, rest } = await ready(child);
  expect(lines.slice(-2)).toEqual(['Press Enter for a new sign-in address.', `Console: ${url}`]);
  expect(await statusOf(url)).toBe(200);
  child.stdin.write('\n');
  const next = await nextUrl();
  expect(next).not.toBe(url);
  expect(await statusOf(next)).toBe(200);
  child.stdin.write('\u0003');
  const ended = once(child, 'exit');
  expect((await rest()).at(-1)).toContain('Console stopped. No operations were running.');
  expect(await ended).toEqual([0, null]);
});

test('a console without a terminal offers no key', async () => {
  expect((await serve(['--no-open'])).lines).toEqual([expect.stringMatching(/^Console: http:\/\/127\.0\.0\.1:\d+\//)]);
});

test('a shared directory is refused in one sentence, and its mode is unchanged', async () => {
  await chmod(data, 0o1777);
  await expect(run(process.execPath, [program, 'serve', '--no-open', '--data', data])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `The data directory ${data} cannot be used: other users can write to it. Use a directory that you own with --data, such as a new one inside it.\n`,
  });
  expect((await stat(data)).mode & 0o7777).toBe(0o1777);
  expect(await readdir(data)).toEqual([]);
});
