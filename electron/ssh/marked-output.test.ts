import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MarkedOutput } from './marked-output.ts';

const marks = { begin: '\u001etok begin\u001e', end: '\u001etok end\u001e' };

function split(chunks: readonly Buffer[]) {
  const output: Buffer[] = [];
  const noise: Buffer[] = [];
  const marked = new MarkedOutput(marks, {
    onOutput: (chunk) => output.push(chunk),
    onNoise: (chunk) => noise.push(chunk),
  });
  for (const chunk of chunks) marked.push(chunk);
  marked.finish();
  return { output: Buffer.concat(output).toString('latin1'), noise: Buffer.concat(noise).toString('latin1') };
}

it('returns the text between the marks, however the bytes arrive, and loses no byte', () => {
  const piece = fc
    .array(
      fc.oneof(fc.constantFrom('\u001e', '\u001etok', '\u001etok beg', '\u001eother begin\u001e', 'a\n'), fc.string()),
    )
    .map((words) => Buffer.from(words.join('')).toString('latin1'))
    .filter((text) => !text.includes(marks.begin) && !text.includes(marks.end));
  fc.assert(
    fc.property(piece, piece, piece, fc.array(fc.nat(60), { maxLength: 20 }), (before, between, after, cuts) => {
      const whole = Buffer.from(`${before}${marks.begin}${between}${marks.end}${after}`, 'latin1');
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of cuts) {
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      chunks.push(whole.subarray(at));
      expect(split(chunks)).toEqual({ output: between, noise: before + after });
    }),
  );
});

it('returns nothing if the program did not start, and the partial output if it did not end', () => {
  expect(split([Buffer.from('uptime: 12 days\n')])).toEqual({ output: '', noise: 'uptime: 12 days\n' });
  expect(split([Buffer.from(`x${marks.begin}half\u001etok e`)])).toEqual({ output: 'half\u001etok e', noise: 'x' });
});
