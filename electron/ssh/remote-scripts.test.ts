import fc from 'fast-check';
import { expect, it } from 'vitest';
import { extractMarks } from './remote-scripts.ts';

it('extracts marks from lines, also from the middle of one', () => {
  expect(extractMarks('\u001etok start 42 lifeline\u001e', 'tok')).toEqual({
    marks: [{ kind: 'start', pid: 42, lifeline: true }],
    before: '',
    rest: undefined,
  });
  expect(extractMarks('no line end\u001etok exit 3\u001e', 'tok')).toEqual({
    marks: [{ kind: 'exit', code: 3 }],
    before: '',
    rest: 'no line end',
  });
  expect(extractMarks('', 'tok')).toEqual({ marks: [], before: '', rest: '' });
});

it('text before a mark that starts a program belongs to the output of the previous program', () => {
  expect(extractMarks('no line end\u001etok login stack\u001eown', 'tok')).toEqual({
    marks: [{ kind: 'login', user: 'stack' }],
    before: 'no line end',
    rest: 'own',
  });
});

it('ignores marks without the token', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('exit 0', 'start 1 none', 'login'), (text, mark) => {
      expect(extractMarks(`${text}\u001eother ${mark}\u001e`, 'tok').marks).toEqual([]);
    }),
  );
});

it.each(['exit', 'exit 256', 'exit x', 'start 0 none', 'start 1 none', 'nonsense'])(
  'reports no mark for %s',
  (text) => {
    expect(extractMarks(`\u001etok ${text}\u001e`, 'tok').marks).toEqual([]);
  },
);
