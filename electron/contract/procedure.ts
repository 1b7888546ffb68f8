import { oc } from '@orpc/contract';
import { z } from 'zod';
import { failure, type failureCode, fault } from './failure.ts';

/** Every expected failure is an error of every procedure, under its own code, with what the operator can do. */
const expected = { data: failure };
/** What every procedure of the contract is made from. */
export const procedure = oc.errors({
  unreachable: expected,
  timeout: expected,
  tls: expected,
  unauthenticated: expected,
  forbidden: expected,
  cachingDisabled: expected,
  notFound: expected,
  unsupported: expected,
  badResponse: expected,
  hostError: expected,
  invalidInput: expected,
  interrupted: expected,
  fault: { data: fault },
} satisfies Record<z.infer<typeof failureCode> | 'fault', unknown>);

/** An input that says nothing, and an answer that is only consent. */
export const nothing = z.object({});
