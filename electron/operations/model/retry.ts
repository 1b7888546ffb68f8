import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId, RungName } from '../../contract/hosts.ts';
import type { Action, TargetOutcome } from '../../contract/operations.ts';
import { clearedOf, type RecordedOperation, rateOf } from './recorded.ts';

/** The action that asks for some targets of an operation once more. */
export function actionOf(
  kind: Action['kind'],
  targets: readonly Pick<TargetOutcome, 'hostId' | 'imageId' | 'rung' | 'step'>[],
  what: RecordedOperation['what'],
): Action {
  const hostIds = targets.map((target) => target.hostId);
  const images = targets.map(({ hostId, imageId, step }) => ({ hostId, imageId: imageId ?? '', step }));
  const of = (wanted: TargetOutcome['step']) =>
    images.flatMap(({ step, ...target }) => (step === wanted ? [target] : []));
  switch (kind) {
    case 'queue':
      return { kind, targets: of(null), anew: what === 'anew' };
    case 'delete':
      return { kind, targets: of(null) };
    case 'align':
      return { kind, queue: of('queue'), delete: of('delete') };
    case 'clear':
      return { kind, hostIds, what: clearedOf(what) };
    case 'prefetch':
      return { kind, hostIds: [...new Set(hostIds)], rungs: rungsOf(targets), ...readAgain(targets, what) };
    case 'prune':
    case 'clean':
      return { kind, hostIds: [...new Set(hostIds)], rungs: rungsOf(targets) };
  }
}

/** Of what was read just the same images, at the same rate. */
function readAgain(targets: readonly Pick<TargetOutcome, 'hostId' | 'imageId'>[], what: RecordedOperation['what']) {
  const only = targets.flatMap(({ hostId, imageId }) => (imageId === null ? [] : [{ hostId, imageId }]));
  const bytesPerSecond = rateOf(what);
  return { only, ...(bytesPerSecond === null ? {} : { bytesPerSecond }) };
}

/** The way that each host's targets took. */
function rungsOf(targets: readonly Pick<TargetOutcome, 'hostId' | 'rung'>[]): Record<HostId, RungName> {
  return Object.fromEntries(targets.flatMap(({ hostId, rung }) => (rung ? [[hostId, rung]] : [])));
}

export function nothingLeft(message: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy: 'Look at its targets for what came of each.' });
}
