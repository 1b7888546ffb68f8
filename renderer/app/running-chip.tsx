import { Link } from 'wouter';
import { useConsolePart } from '../bridge/console-state.ts';
import { Ring } from '../components/meter.tsx';
import { isActive, progressOf, timeLeftText } from '../features/operations/operation-progress.ts';
import { actionLabels } from '../features/operations/operation-texts.ts';
import { operationPath, operationsPath } from '../lib/routes.ts';

const none: never[] = [];

/** What runs, on every page: how far it is, and the way there. Nothing where nothing runs. */
export function RunningChip() {
  const running = useConsolePart((state) => state.operations.filter(isActive)) ?? none;
  const [first] = running;
  if (!first) return null;
  const sum = running
    .map(progressOf)
    .reduce(
      (before, { fraction, total }) => ({ ended: before.ended + fraction * total, total: before.total + total }),
      { ended: 0, total: 0 },
    );
  const share = sum.total === 0 ? 0 : sum.ended / sum.total;
  const what = running.length === 1 ? actionLabels[first.kind] : `${running.length} operations`;
  const left = running.length === 1 ? timeLeftText(first) : '';
  return (
    <Link
      href={running.length === 1 ? operationPath(first.id) : operationsPath}
      className="chip running-chip"
      title={running.map(({ title }) => title).join('\n')}
    >
      <Ring share={share} />
      <span className="hidden-text">Running: </span>
      {what} · {Math.floor(share * 100)} %{left ? <span className="running-left"> · {left}</span> : null}
    </Link>
  );
}
