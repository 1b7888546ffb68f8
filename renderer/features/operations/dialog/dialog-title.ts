import { useMemo, useState } from 'react';
import { plural } from '../../../../electron/contract/counts.ts';
import type { HostId } from '../../../../electron/contract/hosts.ts';
import type { Action, Plan } from '../../../../electron/contract/operations.ts';
import { useConsolePart } from '../../../bridge/console-state.ts';
import { hostNamesOf } from './plan-texts.ts';

/** What the dialog of an action does, without the hosts. */
export type DialogSubject =
  | 'queue'
  | 'requeue'
  | 'deleteImages'
  | 'deleteCached'
  | 'deleteQueued'
  | 'clear'
  | 'prune'
  | 'clean'
  | 'prefetch'
  | 'align';

const titles: Record<DialogSubject, (where: string) => string> = {
  queue: (where) => `Queue images on ${where}`,
  requeue: (where) => `Requeue on ${where}`,
  deleteImages: (where) => `Delete images from ${where}`,
  deleteCached: (where) => `Delete from cache of ${where}`,
  deleteQueued: (where) => `Delete from queue of ${where}`,
  clear: (where) => `Clear ${where}`,
  prune: (where) => `Prune ${where}`,
  clean: (where) => `Clean ${where}`,
  prefetch: (where) => `Prefetch on ${where}`,
  align: (where) => `Sync ${where}`,
};

/** The title of an action's dialog. It names the host, or the number of hosts: `Prune glance-03`, `Prune 4 hosts`. */
function dialogTitle(subject: DialogSubject, hostNames: readonly string[]): string {
  const [only] = hostNames;
  if (only === undefined) return titles[subject]('hosts');
  return titles[subject](hostNames.length === 1 ? only : plural(hostNames.length, 'host'));
}

/** The subject of the dialog of an action. */
export function subjectOf(action: Action): DialogSubject {
  if (action.kind === 'queue') return action.anew ? 'requeue' : 'queue';
  return action.kind === 'delete' ? 'deleteCached' : action.kind;
}

const noNames: readonly string[] = [];

/**
 * The title of an action's dialog while the operator chooses, and while the operation runs.
 *
 * @param hostIds the chosen hosts, until the plan shows which of them need an action
 * @param started keeps the title, because there is no plan any more
 */
export function useDialogTitle(
  subject: DialogSubject,
  hostIds: readonly HostId[],
  plan: Plan | undefined,
  started: boolean,
): string {
  const hosts = useConsolePart((state) => state.hosts);
  const names = useMemo(() => {
    const todo = plan ? hostNamesOf(plan.targets.filter(({ verdict }) => verdict === 'willDo')) : noNames;
    if (todo.length > 0) return todo;
    const byId = new Map(hosts?.map(({ id, name }) => [id, name]));
    return hostIds.map((id) => byId.get(id) ?? id);
  }, [hosts, hostIds, plan]);
  const title = dialogTitle(subject, names);
  const [kept, setKept] = useState(title);
  if (started) return kept;
  if (kept !== title) setKept(title);
  return title;
}

/** The hosts of an action, in the order of its targets. */
export function hostsOfAction(action: Action): HostId[] {
  if (!('targets' in action) && action.kind !== 'align') return action.hostIds;
  const targets = action.kind === 'align' ? [...action.delete, ...action.queue] : action.targets;
  return [...new Set(targets.map(({ hostId }) => hostId))];
}
