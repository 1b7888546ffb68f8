import { describe, expect, test } from 'vitest';
import { asksForNoDesktop, dataForDesktop, demoForDesktop, operatorWords, readArguments } from './arguments.ts';

const read = (line: string) => readArguments(line.split(' ').filter(Boolean), '/home/operator');

describe('the command line', () => {
  test.each([
    ['', { mode: 'serve', port: 0, data: undefined, open: true, demo: undefined }],
    ['serve --port 8080 --no-open', { mode: 'serve', port: 8080, data: undefined, open: false, demo: undefined }],
    ['serve --data here', { mode: 'serve', port: 0, data: '/home/operator/here', open: true, demo: undefined }],
    ['demo', { mode: 'demo', port: 0, data: undefined, open: true, demo: { hosts: 5, images: 60, seed: 1 } }],
    [
      'demo --hosts=12 --images 500 --seed 7 --data /var/demo',
      { mode: 'demo', port: 0, data: '/var/demo', open: true, demo: { hosts: 12, images: 500, seed: 7 } },
    ],
    ['--help', { mode: 'help' }],
    ['demo -h', { mode: 'help' }],
    ['--version', { mode: 'version' }],
  ])('%s', (line, wanted) => {
    expect(read(line)).toEqual(wanted);
  });

  test.each([
    ['serve --port 65536', "--port takes a whole number from 0 to 65535, not '65536'"],
    ['serve --port eighty', "--port takes a whole number from 0 to 65535, not 'eighty'"],
    ['demo --hosts 0', "--hosts takes a whole number from 1 to 200, not '0'"],
    ['serve --hosts 3', "--hosts belongs to 'demo'"],
    ['surf', "Unknown command 'surf'"],
    ['demo twice', "Unexpected argument 'twice'"],
    ['serve --colour', "Unknown option '--colour'"],
  ])('%s is wrong: %s', (line, complaint) => {
    expect(read(line)).toEqual({ mode: 'wrong', complaint });
  });

  test('a flag without its value is wrong', () => {
    expect(read('serve --data')).toMatchObject({ mode: 'wrong', complaint: expect.stringContaining('--data') });
  });

  test('a packaged console has one word less before the operator’s', () => {
    expect(operatorWords(['glance-cache-console', 'serve'], true)).toEqual(['serve']);
    expect(operatorWords(['node', 'serve.js', 'demo'], false)).toEqual(['demo']);
  });

  test('a desktop takes its data directory from among Chromium’s own switches', () => {
    expect(dataForDesktop(['--ozone-platform=x11', '--data', 'here', '--no-sandbox'], '/home')).toBe('/home/here');
    expect(dataForDesktop(['--data'], '/home')).toBeUndefined();
    expect(dataForDesktop([], '/home')).toBeUndefined();
  });

  test('only what asks for no desktop gets none', () => {
    expect(asksForNoDesktop([])).toBe(false);
    expect(asksForNoDesktop(['--ozone-platform=x11'])).toBe(false);
    expect(asksForNoDesktop(['serve'])).toBe(true);
    expect(asksForNoDesktop(['demo', '--no-open'])).toBe(true);
    expect(asksForNoDesktop(['demo', '--port', '4711'])).toBe(true);
    expect(asksForNoDesktop(['demo', '--hosts', 'many'])).toBe(true);
    expect(asksForNoDesktop(['demo', '--hosts', '7'])).toBe(false);
    expect(demoForDesktop(['demo', '--hosts', '7'])).toEqual({ hosts: 7, images: 60, seed: 1 });
    expect(demoForDesktop(['--ozone-platform=x11'])).toBeUndefined();
    expect(asksForNoDesktop(['--help'])).toBe(true);
  });
});
