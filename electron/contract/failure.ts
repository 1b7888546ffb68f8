import { oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * The codes of the expected failures of a request. Any other error is a fault: it is logged, and the page gets only its
 * reference.
 */
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
  'storage',
]);
export type FailureCode = z.infer<typeof failureCode>;

/** An expected failure, explained to the operator. Never contains a secret. */
export const failure = z.object({
  code: failureCode,
  /** What happened, and at which address. */
  message: z.string().max(2_000),
  /** What the operator can do about it. */
  remedy: z.string().max(2_000),
  /** The HTTP status, when there was an answer. */
  status: z.int().min(100).max(599).optional(),
  /** The message of the host, as text. */
  detail: z.string().max(4_000).optional(),
  /** `x-openstack-request-id` of the answer. */
  requestId: z.string().max(200).optional(),
  /** Seconds to wait before the next attempt, from the `Retry-After` header of a 429 or 503. */
  retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  /**
   * True when the host certainly did not receive the request: the connection was refused, or the name was not found.
   * Absent when the host may have received it.
   */
  notSent: z.literal(true).optional(),
  /** True when the host itself refused the connection, so no service listens on the port. */
  refused: z.literal(true).optional(),
});
export type Failure = z.infer<typeof failure>;

/** Why nothing can be done at a host now, after its name: `glance-01 cannot be reached`. */
export function hostTrouble({ code }: Pick<Failure, 'code'>): string {
  switch (code) {
    case 'unreachable':
      return 'is unreachable';
    case 'timeout':
      return 'did not respond in time';
    case 'tls':
      return 'has an untrusted certificate';
    case 'unauthenticated':
    case 'forbidden':
      return 'rejected the login';
    case 'cachingDisabled':
      return 'has caching off';
    case 'badResponse':
    case 'hostError':
      return 'returned an error';
    default:
      return 'is not available';
  }
}

/** The error thrown for an expected failure. The bridge turns it into the contract's error of the same code. */
export class ExpectedFailure extends Error {
  readonly failure: Failure;
  constructor(value: Failure, options?: ErrorOptions) {
    super(value.message, options);
    this.name = 'ExpectedFailure';
    this.failure = value;
  }
}

/** The part of a fault that the page receives: the reference to search for in the log. */
export const fault = z.object({ reference: z.string().max(64) });

/** The data of an expected failure. Every procedure can fail with every code. */
const expected = { data: failure };
/** The base of every procedure of the contract: declares the errors. */
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
  storage: expected,
  fault: { data: fault },
} satisfies Record<z.infer<typeof failureCode> | 'fault', unknown>);

/** An empty input or output. */
export const nothing = z.object({});
