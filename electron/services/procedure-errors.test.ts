import { ORPCError } from '@orpc/server';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ExpectedFailure, failure } from '../contract/failure.ts';
import { toContractError } from './procedure-errors.ts';

const logged: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });

it('an expected failure keeps its text, cut to the length of the contract', () => {
  const thrown = toContractError(
    new ExpectedFailure({ code: 'tls', message: 'm'.repeat(5_000), remedy: 'r', detail: 'd'.repeat(9_000) }),
    'hosts.test',
    log,
  );
  expect(thrown.code).toBe('tls');
  expect(failure.parse(thrown.data)).toMatchObject({ remedy: 'r' });
});

it('invalid input is reported unchanged', () => {
  const error = new ORPCError('BAD_REQUEST', { data: { issues: [] } });
  expect(toContractError(error, 'hosts.add', log)).toBe(error);
});

it('any other error shows its reference only', () => {
  const thrown = toContractError(new TypeError('inner words'), 'hosts.add', log);
  expect(JSON.stringify(thrown)).not.toContain('inner words');
  const [line = ''] = logged;
  expect(line).toContain('hosts.add');
  expect(thrown).toMatchObject({ code: 'fault', data: { reference: expect.stringMatching(/^[0-9a-f]{8}$/) } });
  expect(line).toContain(String((thrown.data as { reference: string }).reference));
});
