import { describe, expect, it } from 'vitest';
import type { HostSummary } from '../contract/fleet.ts';
import type { Operation } from '../contract/operations.ts';
import { preferences } from '../contract/settings.ts';
import { EventStream } from './event-stream.ts';

function stream() {
  const hosts = new Map<string, HostSummary>();
  const state = {
    preferences: preferences.parse({}),
    clouds: [],
    operations: [],
    questions: [],
    storage: null,
    fleet: { distinctImages: 0 },
  };
  const events = new EventStream({
    state: () => ({ ...state, hosts: [...hosts.values()] }),
    host: (id) => hosts.get(id),
    fleet: () => ({ distinctImages: hosts.size }),
  });
  return { hosts, events };
}

// Only its identity matters here.
const host = (id: string) => ({ id }) as HostSummary;
const operation = (id: string, total = 1) => ({ id, total }) as Operation;

describe('the stream of events', () => {
  it('opens with the whole state and continues with differences', async () => {
    const { hosts, events } = stream();
    const reader = events.open();
    expect((await reader.next()).value).toMatchObject({ type: 'state', hosts: [] });
    const next = reader.next();
    hosts.set('a', host('a'));
    events.hosts({ changed: ['a'], removed: ['b'] });
    expect((await next).value).toEqual({
      type: 'hosts',
      changed: [{ id: 'a' }],
      removed: ['b'],
      fleet: { distinctImages: 1 },
    });
    await reader.return();
    expect(events.readers).toBe(0);
  });

  it('sends a slow reader each change once, in its latest state', async () => {
    const { hosts, events } = stream();
    const reader = events.open();
    await reader.next();
    for (let total = 0; total < 1_000; total += 1) {
      hosts.set('a', host('a'));
      events.hosts({ changed: ['a'], removed: [] });
      events.operation(operation('o', total));
      events.catalogue('c');
      events.changed('preferences');
      events.changed('clouds');
    }
    hosts.delete('a');
    const received = [];
    for (let event = 0; event < 5; event += 1) received.push((await reader.next()).value);
    expect(received.map((event) => event?.type)).toEqual(['preferences', 'clouds', 'hosts', 'catalogue', 'operation']);
    expect(received[2]).toMatchObject({ type: 'hosts', changed: [], removed: ['a'] });
    expect(received[4]).toMatchObject({ operation: { total: 999 } });
    const more = reader.next();
    events.changed('clouds');
    expect((await more).value).toMatchObject({ type: 'clouds' });
    await reader.return();
  });

  it('reports which operations were removed, and nothing else about them', async () => {
    const { events } = stream();
    const reader = events.open();
    await reader.next();
    events.operation(operation('old'));
    events.operation(operation('new'));
    events.operationsRemoved(['old', 'older']);
    expect((await reader.next()).value).toEqual({ type: 'operation', operation: operation('new') });
    expect((await reader.next()).value).toEqual({ type: 'operationsRemoved', ids: ['old', 'older'] });
  });

  it('sends the whole state again to a reader that is far behind', async () => {
    const { events } = stream();
    const reader = events.open();
    await reader.next();
    for (let id = 0; id < 5_000; id += 1) events.operation(operation(String(id)));
    expect((await reader.next()).value).toMatchObject({ type: 'state' });
    await reader.return();
  });

  it('ends with its signal, its reader, or the console', async () => {
    const { events } = stream();
    const aborting = new AbortController();
    const bySignal = events.open(aborting.signal);
    const byReader = events.open();
    const byConsole = events.open();
    const waiting = [];
    for (const one of [bySignal, byReader, byConsole]) {
      await one.next();
      waiting.push(one.next());
    }
    aborting.abort();
    await byReader.return();
    events.close();
    for (const end of waiting) expect(await end).toMatchObject({ done: true });
    expect(events.readers).toBe(0);
    expect(await events.open(aborting.signal).next()).toMatchObject({ done: true });
  });
});
