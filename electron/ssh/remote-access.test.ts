import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remoteAccess } from '../contract/remote.ts';
import { commandArguments, connectArguments, controlArguments } from './ssh-arguments.ts';

const accepted = (more: object) => remoteAccess.safeParse({ destination: 'host', ...more }).success;

describe('the access settings of a host', () => {
  it.each([
    'glance-01',
    'stack@10.0.0.1',
    'stack@fe80::1%eth0',
    '::1',
    'DOM\\user@host',
    'me@corp@jump',
    'h.example.org',
  ])('destination %s', (destination) => expect(accepted({ destination })).toBe(true));

  it.each([
    '',
    '-oProxyCommand=id',
    'a b',
    'h;id',
    'u$(id)@h',
    '`id`@h',
    "h'",
    'h|id',
    'h\nx',
    '-l@h',
    'u@-h',
    'ssh://h',
    'h/x',
    'u@',
    'h&',
  ])('rejected destination %j', (destination) => expect(accepted({ destination })).toBe(false));

  it.each([
    { port: 0 },
    { port: 65_536 },
    { port: '22; id' },
    { become: ['-n'] },
    { become: ['sudo', 'a\nb'] },
    { prefix: ['docker', ''] },
    { prefix: ['-it'] },
    { configFiles: ['glance.conf'] },
    { configFiles: ['--config-dir=/x'] },
    { configFiles: ['/etc/\u001bx'] },
    { configFiles: Array.from({ length: 21 }, () => '/x') },
    { become: Array.from({ length: 31 }, () => 'x') },
  ])('rejected %j', (more) => expect(accepted(more)).toBe(false));

  it('an accepted destination is passed after the options as one argument that contains no shell syntax', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z@:.%$;-]{1,9}$/)),
        fc.integer({ min: 1, max: 65_535 }),
        (text, port) => {
          const parsed = remoteAccess.safeParse({ destination: text, port });
          if (!parsed.success) return;
          const { destination } = parsed.data;
          expect(destination).toMatch(/^[\w.@+\\:%-]+$/);
          for (const args of [
            connectArguments(parsed.data, '/s', true),
            commandArguments(parsed.data, '/s', 'c'),
            controlArguments(parsed.data, '/s', 'exit'),
          ]) {
            expect(args[args.indexOf('--') + 1]).toBe(destination);
          }
        },
      ),
    );
  });
});
