import type { PlannedTarget } from '../../../../electron/contract/operations.ts';

/** A target that will be done, on a host whose name is its id. */
export function planned(hostId: string, change: Partial<PlannedTarget> = {}): PlannedTarget {
  return {
    hostId,
    hostName: hostId,
    imageId: null,
    imageName: null,
    step: null,
    verdict: 'willDo',
    reason: null,
    expected: null,
    estimated: false,
    rung: null,
    preview: null,
    cleans: null,
    ...change,
  };
}
