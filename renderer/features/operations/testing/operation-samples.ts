import type { Operation, TargetOutcome, TargetState } from '../../../../electron/contract/operations.ts';

/** Counts of an operation without targets. */
export const zero: Operation['counts'] = {
  waiting: 0,
  sent: 0,
  following: 0,
  done: 0,
  alreadyDone: 0,
  failed: 0,
  refused: 0,
  cancelled: 0,
  unknown: 0,
};

/** An operation that succeeded. */
export function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: 'o1',
    kind: 'delete',
    title: 'Delete 3 images from glance-01',
    state: 'finished',
    startedAt: 1_000,
    endedAt: 2_000,
    hostIds: ['h1'],
    counts: { ...zero, done: 3 },
    total: 3,
    actual: { images: 3, bytes: 3 * 1024 ** 3 },
    freed: null,
    pace: null,
    ...change,
  };
}

/** A target of that operation. */
export function target(state: TargetState, change: Partial<TargetOutcome> = {}): TargetOutcome {
  return {
    hostId: 'h1',
    hostName: 'glance-01',
    imageId: 'id-1',
    imageName: 'cirros',
    step: null,
    expected: null,
    method: null,
    state,
    text: null,
    failure: null,
    actual: null,
    ...change,
  };
}
