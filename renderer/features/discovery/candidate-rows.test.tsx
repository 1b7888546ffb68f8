import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../electron/contract/discovery.ts';
import type { HostVerdict } from '../../../electron/contract/hosts.ts';
import {
  candidateRows,
  changedIds,
  foundText,
  hostsToAdd,
  initialSelection,
  selectionAfterTest,
  selectionProblem,
  type Test,
  testText,
} from './candidate-rows.tsx';

const mark = (kind: 'catalogue' | 'answersDiffer', text = 'seen') => ({ kind, label: kind, text });
const one = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  address: `http://${name}:9292`,
  name,
  limitBytes: null,
  from: 'inventory: glance-api',
  knownHostId: null,
  marks: [],
  ...more,
});
const verdict = (more: Partial<HostVerdict> = {}): HostVerdict => ({
  steps: [{ step: 'reachable', outcome: 'ok', text: '' }],
  capabilities: null,
  failure: null,
  marks: [],
  ...more,
});
const failed = verdict({ failure: { code: 'unreachable', message: 'Down.', remedy: 'Start it.' } });
const candidates = [
  one('a'),
  one('b', { limitBytes: 5 }),
  one('known', { knownHostId: 'k' }),
  one('vip', { marks: [mark('catalogue')] }),
];
const at = (name: string) => `http://${name}:9292`;
const rowsOf = (edits: [string, { name?: string; limit?: string }][] = [], tests: [string, Test][] = []) =>
  candidateRows(candidates, new Map(edits), new Map(tests), (id) => (id === 'k' ? 'glance-k' : undefined));

describe('the selection', () => {
  it('initially contains the new candidates that do not look like a load balancer', () => {
    expect([...initialSelection(candidates).ids]).toEqual([at('a'), at('b')]);
  });

  it('loses candidates that fail or look like a load balancer, unless the operator selected them', () => {
    const first = initialSelection(candidates);
    expect([...selectionAfterTest(first, new Set(), at('a'), failed).ids]).toEqual([at('b')]);
    expect([...selectionAfterTest(first, new Set(), at('a'), verdict({ marks: [mark('answersDiffer')] })).ids]).toEqual(
      [at('b')],
    );
    expect(selectionAfterTest(first, new Set([at('a')]), at('a'), failed)).toBe(first);
    expect(selectionAfterTest(first, new Set(), at('a'), verdict())).toBe(first);
  });

  it('changes by the ids that differ between two selections', () => {
    const choice = (...ids: string[]) => ({ ids: new Set(ids), anchor: null });
    expect(changedIds(choice('a', 'b'), choice('b', 'c'))).toEqual(['a', 'c']);
  });
});

describe('the hosts to add', () => {
  const all = { ids: new Set(candidates.map(({ address }) => address)), anchor: null };

  it('have the typed name and limit, otherwise the found ones, otherwise the limit for all; known hosts are left out', () => {
    const rows = rowsOf([
      [at('a'), { name: ' renamed ', limit: '' }],
      [at('vip'), { name: '  ', limit: '1 KiB' }],
    ]);
    expect(hostsToAdd(rows, all, '2 KiB')).toEqual([
      { address: at('a'), name: 'renamed', limitBytes: 2_048 },
      { address: at('b'), name: 'b', limitBytes: 5 },
      { address: at('vip'), name: 'vip', limitBytes: 1_024 },
    ]);
    expect(hostsToAdd(rowsOf(), all, '')[0]?.limitBytes).toBeNull();
  });

  it('are incomplete until every limit and name is valid', () => {
    expect(selectionProblem(rowsOf(), all, 'much')).toMatch(/limit for all/);
    expect(selectionProblem(rowsOf([[at('a'), { limit: 'much' }]]), all, '')).toMatch(/limit of a is invalid/);
    expect(
      selectionProblem(rowsOf([[at('a'), { limit: 'much' }]]), { ids: new Set(), anchor: null }, ''),
    ).toBeUndefined();
  });
});

describe('the summary texts', () => {
  it('give the number of addresses found and the results of the tests', () => {
    expect(foundText('inventory', candidates)).toBe('4 addresses found in the inventory, 1 already added');
    expect(foundText('paste', [])).toBe('0 addresses found in the list');
    expect(foundText('nodes', candidates.slice(2, 3))).toBe('1 address found beside known hosts, all already added');
    expect(testText(rowsOf())).toBe('');
    const tests: [string, Test][] = [
      [at('a'), failed],
      [at('b'), 'testing'],
      [at('vip'), verdict({ marks: [mark('answersDiffer')] })],
    ];
    expect(testText(rowsOf([], tests))).toBe('2 of 3 tested, 1 failed, 1 load balancer suspected');
  });

  it('show each mark once, with the text of the test', () => {
    const tested = verdict({ marks: [mark('catalogue', 'as tested'), mark('answersDiffer')] });
    const vip = rowsOf([], [[at('vip'), tested]])[3];
    expect(vip?.allMarks.map(({ kind, text }) => [kind, text])).toEqual([
      ['catalogue', 'as tested'],
      ['answersDiffer', 'seen'],
    ]);
  });
});
