import { oc } from '@orpc/contract';
import { z } from 'zod';

/** The expected ways in which a request can fail. Anything else is a fault: masked, logged, shown with its reference. */
export const failureCode = z.enum([
  'unreachable',
  'timeout',
  'tls',
  'unauthenticated',
  'forbidden',
  'cachingDisabled',
  'notFound',
  'unsupported',
  'badResponse',
  'hostError',
  'invalidInput',
  'interrupted',
]);
export type FailureCode = z.infer<typeof failureCode>;

/** One expected failure, in words for the operator. Never holds a secret. */
export const failure = z.object({
  code: failureCode,
  /** What happened, with the address it happened at. */
  message: z.string().max(2_000),
  /** What the operator can do about it. */
  remedy: z.string().max(2_000),
  /** The HTTP status, where there was an answer. */
  status: z.int().min(100).max(599).optional(),
  /** The host's own words, as text. */
  detail: z.string().max(4_000).optional(),
  /** `x-openstack-request-id` of the answer. */
  requestId: z.string().max(200).optional(),
  /** Seconds that the host asked to wait before the next try (`Retry-After`, of a 429 or 503). */
  retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  /**
   * True where it is certain that the host never got the request: the connection was refused, the name not found. Left
   * out where it may have.
   */
  notSent: z.literal(true).optional(),
  /** True where the host itself refused the connection: no service listens there at this moment. */
  refused: z.literal(true).optional(),
});
export type Failure = z.infer<typeof failure>;

/** Thrown by the rooms for an expected failure; the bridge turns it into the contract's error of the same code. */
export class ExpectedFailure extends Error {
  readonly failure: Failure;
  constructor(value: Failure, options?: ErrorOptions) {
    super(value.message, options);
    this.name = 'ExpectedFailure';
    this.failure = value;
  }
}

/** What a fault shows: where in the log to look, nothing of what went wrong inside. */
export const fault = z.object({ reference: z.string().max(64) });
export type Fault = z.infer<typeof fault>;

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
