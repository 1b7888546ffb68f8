import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readProcesses } from './glance-programs.ts';

const process = (pid: number, ...words: string[]) => `${pid}\0${words.map((word) => `${word}\0`).join('')}\u001e`;
const wanted = { program: 'pruner', configFiles: ['/etc/a.conf', '/etc/b.conf'] } as const;
const pruner = '/usr/bin/glance-cache-pruner';

it.each([
  ['Python runs it', ['/usr/bin/python3', pruner], true],
  ['it is a program itself', ['glance-cache-pruner', '--debug'], true],
  ['it has one of the files', ['python3', pruner, '--config-file', '/etc/b.conf'], true],
  ['it has files of another host', ['python3', pruner, '--config-file=/etc/c.conf', '--debug'], false],
  ['it only says its version', ['python3', pruner, '--version'], false],
  ['another program names it', ['less', '-R', pruner], false],
  ['it is another program', ['python3', '/usr/bin/glance-cache-cleaner'], false],
  ['its name is longer', ['python3', '/usr/bin/not-glance-cache-pruner'], false],
])('%s', (_, words, found) => {
  expect(readProcesses(process(41, 'init') + process(42, ...words), wanted)).toEqual(found ? [42] : []);
});

it('finds no process if none runs, for any output', () => {
  expect(readProcesses('', wanted)).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const pid of readProcesses(text, wanted)) expect(Number.isSafeInteger(pid)).toBe(true);
    }),
  );
});
