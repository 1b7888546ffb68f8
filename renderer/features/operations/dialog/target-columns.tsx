import type { ActionKind, PlannedTarget, TargetOutcome } from '../../../../electron/contract/operations.ts';
import type { Column } from '../../../components/table/table-columns.ts';
import { targetsImages } from '../operation-texts.ts';

type Target = PlannedTarget | TargetOutcome;

export const targetIdOf = (target: Target) => `${target.hostId} ${target.imageId ?? ''}`;
export const targetNameOf = (target: Target) => target.imageName ?? target.imageId ?? target.hostName;

/** What a target is: its image, and its host where there are several; on a whole host just that. Reasons stand below. */
export function targetColumns<T extends Target>(targets: readonly T[], kind: ActionKind): Column<T>[] {
  const ofImages = targetsImages(kind) || targets.some(({ imageId }) => imageId !== null);
  const [first] = targets;
  const several = targets.some(({ hostId }) => hostId !== first?.hostId);
  const columns: Column<T>[] = [];
  if (ofImages) {
    columns.push({
      id: 'image',
      header: 'Image',
      className: 'wide',
      sortBy: (target) => target.imageName ?? target.imageId,
      cell: (target) => (
        <>
          <span className="image-name">
            {target.imageName ? <span className="name">{target.imageName}</span> : null}
            {target.imageId ? (
              <span className="mono faint cut">{target.imageId}</span>
            ) : (
              <span className="dim">{kind === 'prefetch' ? 'all that is queued' : 'the whole cache'}</span>
            )}
          </span>
          <Reason target={target} />
        </>
      ),
    });
  }
  if (several || !ofImages) {
    columns.push({
      id: 'host',
      header: 'Host',
      ...(ofImages ? { width: '130px' } : {}),
      className: 'wide',
      sortBy: (target) => target.hostName,
      cell: (target) => (
        <>
          <span className={ofImages ? 'dim' : 'name'}>{target.hostName}</span>
          {ofImages ? null : <Reason target={target} />}
        </>
      ),
    });
  }
  return columns;
}

function Reason({ target }: { target: Target }) {
  if ('verdict' in target) return target.reason ? <span className="target-reason">{target.reason}</span> : null;
  const { failure, text } = target;
  if (failure) {
    return (
      <span className="target-reason">
        <span className="bad">{failure.message}</span> {failure.remedy}
        {failure.requestId ? <span className="faint"> ({failure.requestId})</span> : null}
      </span>
    );
  }
  return text ? <span className="target-reason">{text}</span> : null;
}
