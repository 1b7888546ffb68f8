import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { shutDownOnSignal } from './shutdown.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Host extends EventEmitter {
  readonly exit = vi.fn();
  readonly stderr = { write: vi.fn() };
  end(stop: () => Promise<void>): Promise<void> {
    return shutDownOnSignal(stop, 900, this as unknown as NodeJS.Process);
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s shuts down what runs', async (signal) => {
  const host = new Host();
  const stop = vi.fn(async () => {});
  const ending = host.end(stop);
  host.emit(signal);
  await ending;
  expect(stop).toHaveBeenCalledOnce();
  expect(host.exit).not.toHaveBeenCalled();
});

test('a shutdown that takes too long is aborted', async () => {
  const host = new Host();
  void host.end(() => new Promise(() => {}));
  host.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(899);
  expect(host.exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(host.exit).toHaveBeenCalledWith(143);
});

test('one Ctrl-C that arrives twice counts once', async () => {
  const host = new Host();
  const stop = vi.fn(async () => {});
  const ending = host.end(stop);
  host.emit('SIGINT');
  host.emit('SIGINT');
  await ending;
  expect(stop).toHaveBeenCalledOnce();
  expect(host.exit).not.toHaveBeenCalled();
});

test('a shutdown that fails is reported, and the process ends anyway', async () => {
  const host = new Host();
  const ending = host.end(async () => Promise.reject(new Error('stuck')));
  host.emit('SIGHUP');
  await ending;
  expect(host.stderr.write).toHaveBeenCalledWith(expect.stringContaining('stuck'));
});
