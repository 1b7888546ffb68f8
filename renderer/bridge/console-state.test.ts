import { describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { Operation } from '../../electron/contract/operations.ts';
import { preferences } from '../../electron/contract/settings.ts';
import { applyEvent } from './console-state.ts';

const host = (id: string, revision = 0) => ({ id, revision }) as HostSummary;
const fleet = { distinctImages: 2 };
const operation = (id: string, state: Operation['state'] = 'running') => ({ id, state }) as Operation;
const opening: Extract<ConsoleEvent, { type: 'state' }> = {
  type: 'state',
  preferences: preferences.parse({}),
  clouds: [],
  hosts: [host('a'), host('b')],
  fleet,
  questions: [],
  storage: null,
  operations: [operation('1')],
};

describe('the state of the console', () => {
  const state = applyEvent(undefined, opening);

  test('is replaced by the state that the stream opens with, also when it opens again', () => {
    const { type: _, ...whole } = opening;
    expect(state).toEqual(whole);
    expect(applyEvent(state, { ...opening, hosts: [] })?.hosts).toEqual([]);
  });

  test('is unknown before the first whole state', () => {
    expect(applyEvent(undefined, { type: 'hosts', changed: [host('a')], removed: [], fleet })).toBeUndefined();
  });

  test('hosts are updated in place, added at the end and removed', () => {
    const next = applyEvent(state, { type: 'hosts', changed: [host('c'), host('a', 3)], removed: ['b'], fleet });
    expect(next?.hosts).toEqual([host('a', 3), host('c')]);
    expect(next?.fleet).toEqual(fleet);
  });

  test('a host that is removed and updated in one event is removed: its id is not used again', () => {
    expect(applyEvent(state, { type: 'hosts', changed: [host('b', 9)], removed: ['b'], fleet })?.hosts).toEqual([
      host('a'),
    ]);
  });

  test('an operation is updated in place; a new one is added first', () => {
    expect(applyEvent(state, { type: 'operation', operation: operation('1', 'finished') })?.operations).toEqual([
      operation('1', 'finished'),
    ]);
    expect(applyEvent(state, { type: 'operation', operation: operation('2') })?.operations).toEqual([
      operation('2'),
      operation('1'),
    ]);
  });

  test('removed operations are dropped', () => {
    const both = applyEvent(state, { type: 'operation', operation: operation('2') });
    expect(applyEvent(both, { type: 'operationsRemoved', ids: ['1', '0'] })?.operations).toEqual([operation('2')]);
  });

  test('a part that did not change stays the same object, so that nothing renders', () => {
    const next = applyEvent(state, { type: 'clouds', clouds: [] });
    expect(next?.hosts).toBe(state?.hosts);
    expect(applyEvent(state, { type: 'catalogue', imageServiceId: 'x' })).toBe(state);
  });
});
