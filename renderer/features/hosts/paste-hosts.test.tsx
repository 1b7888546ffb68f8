import { expect, test } from 'vitest';
import type { PasteReport } from '../../../electron/contract/hosts.ts';
import { countLines, pasteSummary } from './paste-hosts.tsx';

const line = (outcome: PasteReport['lines'][number]['outcome']) => ({
  line: 1,
  text: '',
  outcome,
  address: null,
  name: null,
  limitBytes: null,
  reason: null,
});

test('a report is summed up', () => {
  expect(pasteSummary(countLines(undefined))).toBe('');
  expect(
    pasteSummary(countLines({ lines: [line('willAdd'), line('duplicate'), line('invalid'), line('invalid')] })),
  ).toBe('1 host to add, 1 already added, 2 lines invalid');
  expect(pasteSummary(countLines({ lines: [line('added'), line('added')] }))).toBe('2 hosts added');
});
