import { expect, test } from 'vitest';
import { HostsProcess } from './fault-cloud.ts';
import { killRound } from './kill-round.ts';

/** The short form of `npm run test:faults`: the same rounds in every run. */
const kinds = ['delete', 'prune by deletion', 'golden sync'] as const;

test('the account of an operation whose consoles were killed agrees with the hosts, for three kinds of operation', async () => {
  await using hosts = new HostsProcess();
  const results = await Promise.all(kinds.map((kind, index) => killRound(hosts, 'short', index + 1, kind)));
  expect(results.flatMap(({ kind, disagreements }) => disagreements.map((text) => `${kind}: ${text}`))).toEqual([]);
  expect(results.flatMap(({ killed }) => killed).length).toBeGreaterThanOrEqual(kinds.length);
  expect(results.reduce((sum, { continued }) => sum + continued, 0)).toBeGreaterThan(0);
}, 120_000);
