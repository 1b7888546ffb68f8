import { expect, test } from 'vitest';
import { hasDisplay } from './browser.ts';

test.each<[NodeJS.ProcessEnv, NodeJS.Platform, boolean]>([
  [{}, 'linux', false],
  [{ DISPLAY: ':0' }, 'linux', true],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
  [{}, 'darwin', true],
  [{ SSH_CONNECTION: '10.0.0.1 22' }, 'darwin', false],
  [{ SSH_CONNECTION: '10.0.0.1 22', DISPLAY: 'localhost:10.0' }, 'linux', true],
])('with %j on %s a browser can be shown: %s', (env, platform, expected) => {
  expect(hasDisplay(env, platform)).toBe(expected);
});
