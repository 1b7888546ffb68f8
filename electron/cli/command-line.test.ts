import { describe, expect, test, vi } from 'vitest';
import { operatorWords, parseCommandLine } from './command-line.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  hostname: () => 'jump (1)',
}));

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), '/home/operator');
const served = {
  mode: 'run',
  desktop: false,
  port: 0,
  data: undefined,
  open: true,
  headless: false,
  metrics: undefined,
  name: 'jump--1-',
  demo: undefined,
  switches: [],
};
const windowed = { ...served, desktop: true };
const demo = { hosts: 5, regions: 1, images: 60, seed: 1, growth: true };
const metrics = { address: undefined, port: 9464, tokenFile: undefined, mostRequested: 20 };

describe('the command line', () => {
  test.each([
    ['', windowed],
    ['--data here', { ...windowed, data: '/home/operator/here' }],
    ['serve --port 8080 --no-open', { ...served, port: 8080, open: false }],
    ['serve --data here', { ...served, data: '/home/operator/here' }],
    ['demo', { ...windowed, demo }],
    [
      'demo --hosts=12 --regions 2 --images 500 --seed 7 --data /var/demo',
      { ...windowed, data: '/var/demo', demo: { hosts: 12, regions: 2, images: 500, seed: 7, growth: true } },
    ],
    ['demo --no-growth', { ...windowed, demo: { ...demo, growth: false } }],
    ['login-url', { mode: 'login-url', data: undefined }],
    ['login-url --data here', { mode: 'login-url', data: '/home/operator/here' }],
    ['serve --metrics 9464', { ...served, metrics }],
    ['--metrics 9464', { ...windowed, metrics }],
    [
      'demo --metrics localhost:9464 --metrics-images 0',
      { ...windowed, demo, metrics: { ...metrics, mostRequested: 0 } },
    ],
    ['serve --metrics 127.0.0.1:9464', { ...served, metrics }],
    ['serve --metrics 0.0.0.0:9464', { ...served, metrics: { ...metrics, address: '0.0.0.0' } }],
    [
      'serve --metrics [fd00::1]:9464 --metrics-token-file token',
      { ...served, metrics: { ...metrics, address: 'fd00::1', tokenFile: '/home/operator/token' } },
    ],
    [
      'serve --headless --metrics 9464 --name ops-1',
      { ...served, open: false, headless: true, metrics, name: 'ops-1' },
    ],
    ['--help', { mode: 'help' }],
    ['demo -h', { mode: 'help' }],
    ['--version', { mode: 'version' }],
  ])('%s', (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  test.each([
    ['serve', served],
    ['--port 4711', { ...served, port: 4711 }],
    ['--no-open', { ...served, open: false }],
    ['demo --no-open', { ...served, open: false, demo }],
    ['demo --port 4711', { ...served, port: 4711, demo }],
  ])('an option about the browser needs a served console: %s', (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  test.each([
    ['--ozone-platform=x11', ['--ozone-platform=x11'], undefined],
    ['demo --ozone-platform=x11', ['--ozone-platform=x11'], demo],
    ['--enable-logging demo --no-sandbox --hosts 5', ['--enable-logging', '--no-sandbox'], demo],
  ])('a desktop accepts the switches of Electron and Chromium: %s', (line, switches, size) => {
    expect(parse(line)).toEqual({ ...windowed, switches, demo: size });
  });

  test('the switches of Chromium do not hide the data directory', () => {
    expect(parse('--ozone-platform=x11 --data here --no-sandbox')).toMatchObject({ data: '/home/operator/here' });
  });

  test.each([
    ['serve --port 65536', "--port must be an integer from 0 to 65535, not '65536'"],
    ['serve --port eighty', "--port must be an integer from 0 to 65535, not 'eighty'"],
    ['demo --hosts 0', "--hosts must be an integer from 1 to 200, not '0'"],
    ['demo --hosts many', "--hosts must be an integer from 1 to 200, not 'many'"],
    ['serve --hosts 3', "--hosts is only valid for 'demo'"],
    ['--hosts 3', "--hosts is only valid for 'demo'"],
    ['login-url --port 80', "'login-url' accepts only --data, not --port"],
    ['login-url --no-open', "'login-url' accepts only --data, not --no-open"],
    ['login-url --ozone-platform=x11', "'login-url' accepts only --data, not --ozone-platform=x11"],
    ['login-url --hosts 3', "--hosts is only valid for 'demo'"],
    ['serve --no-growth', "--no-growth is only valid for 'demo'"],
    ['login-url --metrics 80', "'login-url' accepts only --data, not --metrics"],
    ['login-url --headless', "'login-url' accepts only --data, not --headless"],
    ['serve --metrics 70000', "--metrics must be an integer from 0 to 65535, not '70000'"],
    ['serve --metrics-images 501 --metrics 1', "--metrics-images must be an integer from 0 to 500, not '501'"],
    ['serve --metrics-token-file t', '--metrics-token-file needs --metrics'],
    ['serve --metrics-images 5', '--metrics-images needs --metrics'],
    ['serve --headless', '--headless needs --metrics, where its health is served'],
    ['serve --headless --metrics 1 --port 2', '--headless serves no page, so --port is not valid with it'],
    ['--headless --metrics 1', "--headless is only valid for 'serve' and 'demo'"],
    ['serve --name café', '--name must be 1 to 64 ASCII characters without parentheses and backslashes'],
    ['serve --name a(b', '--name must be 1 to 64 ASCII characters without parentheses and backslashes'],
    ['surf', "Unknown command 'surf'"],
    ['demo twice', "Unexpected argument 'twice'"],
    ['serve --colour', "Unknown option '--colour'"],
    ['demo --port 80 --ozone-platform=x11', "Unknown option '--ozone-platform=x11'"],
  ])('%s is rejected: %s', (line, complaint) => {
    expect(parse(line)).toEqual({ mode: 'wrong', complaint });
  });

  test.each(['glance:9464', '::1:9464', '[127.0.0.1]:9464', '[::1]', ':9464', 'a:b:1', '1.2.3:80', ''])(
    'is not an address for metrics: %s',
    (value) => {
      expect(parseCommandLine(['serve', '--metrics', value], '/')).toMatchObject({
        mode: 'wrong',
        complaint: expect.stringMatching(/^--metrics must be /),
      });
    },
  );

  test.each(['serve --data', '--data'])('a flag without its value is rejected: %s', (line) => {
    expect(parse(line)).toMatchObject({ mode: 'wrong', complaint: expect.stringContaining('--data') });
  });

  test('the operator’s arguments come after the program and its script', () => {
    expect(operatorWords(['glance-cache-console', 'serve'], true)).toEqual(['serve']);
    expect(operatorWords(['node', 'serve.js', 'demo'], false)).toEqual(['demo']);
    expect(operatorWords(['electron', '--inspect=0', '/app', '--data', 'here'], false)).toEqual(['--data', 'here']);
  });
});
