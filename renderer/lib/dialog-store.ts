import { create } from 'zustand';
import type { CloudId } from '../../electron/contract/clouds.ts';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageId } from '../../electron/contract/images.ts';
import type { Action, ImageTarget, Operation } from '../../electron/contract/operations.ts';
import type { Schedule, ScheduleDraft, ScheduleRun } from '../../electron/contract/schedules.ts';

/** The hosts that a dialog offers, and those selected at first: by default all offered hosts that support the action. */
type Hosts = { hostIds: readonly HostId[]; chosen?: readonly HostId[] };

/** A dialog to open. The dialog of an action plans it, asks once, runs it and shows the outcome of each host. */
export type DialogRequest =
  | ({ kind: 'queue'; imageIds?: readonly ImageId[] } & Hosts)
  | { kind: 'delete'; from: 'cache' | 'queue'; targets: readonly ImageTarget[] }
  | ({ kind: 'deleteImages' | 'prune' | 'clean' } & Hosts)
  /** The initial selection of `what`: the cache, or the queue if the operator is looking at it. */
  | ({ kind: 'clear'; what?: 'cache' | 'queue' } & Hosts)
  | ({ kind: 'prefetch'; only?: readonly ImageTarget[] } & Hosts)
  | { kind: 'action'; action: Action }
  /** Makes `hostId` like `other`, or `other` like `hostId` with `gives`. The dialog asks for an omitted host. */
  | { kind: 'like'; hostId?: HostId; other?: HostId; gives?: boolean }
  | { kind: 'retry'; operation: Pick<Operation, 'id' | 'kind'> }
  | { kind: 'findHosts'; cloudId?: CloudId }
  | { kind: 'unlock'; cloudId: CloudId }
  | { kind: 'schedule'; schedule: ScheduleDialogRequest };

/** A dialog about a schedule. `from` has the initial values of a new one; `review` is about a waiting run. */
export type ScheduleDialogRequest =
  | { what: 'new'; from?: Partial<ScheduleDraft> }
  | { what: 'edit' | 'dryRun' | 'runNow' | 'remove'; schedule: Schedule }
  | { what: 'turnOn'; schedule: Schedule; typedName: string }
  | { what: 'review'; run: ScheduleRun }
  | { what: 'import' };

/** The open dialog. Each opening has its own id, so that a dialog that is opened twice starts afresh. */
export type OpenDialog = { id: number; request: DialogRequest };

const useDialog = create<{ open: OpenDialog | undefined; lastId: number }>(() => ({ open: undefined, lastId: 0 }));

/** Opens a dialog. Only one is open at a time: a second one replaces the first. */
export function openDialog(request: DialogRequest) {
  useDialog.setState(({ lastId }) => ({ open: { id: lastId + 1, request }, lastId: lastId + 1 }));
}

/** Closes the open dialog. An operation that it started continues. */
export function closeDialog() {
  useDialog.setState({ open: undefined });
}

/** Returns the dialog that is open. */
export function useOpenDialog(): OpenDialog | undefined {
  return useDialog(({ open }) => open);
}
