import type { Action, Plan, PlannedTarget } from '../../../../electron/contract/operations.ts';

/** A target that the plan will act on. The name of its host is the id of the host. */
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
    method: null,
    preview: null,
    cleans: null,
    ...change,
  };
}

/** A plan for some targets, with the sums of what it will do. */
export function planOf(action: Action, targets: PlannedTarget[]): Plan {
  const todo = targets.filter(({ verdict }) => verdict === 'willDo');
  const sum = (deleted: boolean) => {
    const some = todo.filter(({ step }) => (step === 'delete') === deleted);
    return {
      images: some.reduce((total, { expected }) => total + (expected?.images ?? 0), 0),
      bytes: some.reduce((total, { expected }) => total + (expected?.bytes ?? 0), 0),
    };
  };
  return {
    id: 'p',
    action,
    targets,
    willDo: todo.length,
    alreadyDone: targets.filter(({ verdict }) => verdict === 'alreadyDone').length,
    refused: targets.filter(({ verdict }) => verdict === 'refused').length,
    expected: sum(false),
    frees: action.kind === 'align' ? sum(true) : null,
    warnings: [],
    overLimit: [],
    typedName: null,
  };
}
