import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { isForegroundStat, onEnter, type TerminalProcess } from './enter-key.ts';

afterEach(() => void vi.useRealTimers());

function terminal(isTTY = true) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  return { stdin, host: Object.assign(new EventEmitter(), { stdin }) as unknown as TerminalProcess & EventEmitter };
}

test.each([
  ['without a terminal', false, true],
  ['in the background of a shell, where the system would stop it', true, false],
])('nothing is read from standard input %s', (_, isTTY, isForeground) => {
  const { stdin, host } = terminal(isTTY);
  expect(onEnter(vi.fn(), host, () => isForeground)).toBe(false);
  expect(stdin.listenerCount('readable') + stdin.listenerCount('data')).toBe(0);
});

test('a console that was started in the background reads the key once it is in the foreground', async () => {
  const { stdin, host } = terminal();
  const press = vi.fn();
  let isForeground = false;
  vi.useFakeTimers();
  expect(onEnter(press, host, () => isForeground)).toBe(false);
  isForeground = true;
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();
  stdin.write('\n');
  await expect.poll(() => press.mock.calls.length).toBe(1);
});

test('each Enter counts once; after it continues in the background, nothing is read until it is in the foreground again', async () => {
  const { stdin, host } = terminal();
  const press = vi.fn();
  let isForeground = true;
  expect(onEnter(press, host, () => isForeground)).toBe(true);
  stdin.write('\n\n');
  await expect.poll(() => press.mock.calls.length).toBe(2);
  isForeground = false;
  host.emit('SIGCONT');
  expect(stdin.isPaused()).toBe(true);
  stdin.write('typed into the shell\n');
  isForeground = true;
  host.emit('SIGCONT');
  await expect.poll(() => press.mock.calls.length).toBe(3);
});

test.each([
  ['4711 (node) S 1 4711 4700 34816 4711 4194304 97', true],
  ['4711 (a) b (c) S 1 4711 4700 34816 4711 4194304 97', true],
  ['4711 (node) S 1 4711 4700 34816 4700 4194304 97', false],
])('%s: foreground %s', (text, expected) => {
  expect(isForegroundStat(text)).toBe(expected);
});
