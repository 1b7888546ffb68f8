import { expect, it } from 'vitest';
import type { HostVerdict } from '../contract/hosts.ts';
import { examineAddresses } from './examine-address.ts';

const verdict: HostVerdict = { steps: [], capabilities: null, failure: null, marks: [] };
const addresses = Array.from({ length: 30 }, (_, index) => `http://glance-${index}:9292`);

it('tests all addresses, a few at a time, and reports the start and the end of each test', async () => {
  let now = 0;
  let most = 0;
  const reported: string[] = [];
  const tests = examineAddresses([...addresses, ...addresses], async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise(setImmediate);
    now -= 1;
    return verdict;
  });
  for await (const { state, address } of tests) reported.push(`${state} ${address}`);
  expect(most).toBe(8);
  expect(reported).toHaveLength(60);
  for (const address of addresses) {
    expect(reported.indexOf(`testing ${address}`)).toBeLessThan(reported.indexOf(`tested ${address}`));
  }
});

it('aborts running tests and starts no more when the reader leaves', async () => {
  const begun: AbortSignal[] = [];
  const tests = examineAddresses(addresses, (_, signal) => {
    begun.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('interrupted'))));
  });
  for await (const { state } of tests) if (state === 'testing' && begun.length === 8) break;
  expect(begun).toHaveLength(8);
  expect(begun.every(({ aborted }) => aborted)).toBe(true);
});

it('ends without an error when it is cancelled', async () => {
  const cancel = new AbortController();
  const reported: string[] = [];
  const tests = examineAddresses(
    addresses,
    (address, signal) =>
      new Promise((resolve, reject) => {
        if (address === addresses[0]) resolve(verdict);
        signal.addEventListener('abort', () => reject(new Error('interrupted')));
      }),
    cancel.signal,
  );
  for await (const { state } of tests) {
    reported.push(state);
    // While the reader waits for the next result, all other tests are running.
    if (state === 'tested') setImmediate(() => cancel.abort());
  }
  expect(reported.filter((state) => state === 'tested')).toHaveLength(1);
});
