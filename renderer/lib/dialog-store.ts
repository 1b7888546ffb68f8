import { useSyncExternalStore } from 'react';
import type { CloudId } from '../../electron/contract/clouds.ts';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageId } from '../../electron/contract/images.ts';
import type { Action, ImageTarget } from '../../electron/contract/operations.ts';

/**
 * `hostIds` are the hosts offered, `chosen` those chosen at first: all that can, where it is not said.
 *
 * An action that the operator began: its dialog plans it, asks once, runs it and shows what the hosts said.
 */
export type DialogRequest =
  | { kind: 'queue'; hostIds: readonly HostId[]; imageIds?: readonly ImageId[] }
  | { kind: 'delete'; from: 'cache' | 'queue'; targets: readonly ImageTarget[] }
  | { kind: 'deleteImages'; hostIds: readonly HostId[] }
  | { kind: 'clear'; hostIds: readonly HostId[]; chosen?: readonly HostId[] }
  | { kind: 'prune'; hostIds: readonly HostId[] }
  | { kind: 'clean'; hostIds: readonly HostId[] }
  | { kind: 'prefetch'; hostIds: readonly HostId[]; only?: readonly ImageTarget[] }
  | { kind: 'action'; title: string; action: Action }
  /** Made like another host; where `gives`, another is made like it. Those that are not said are chosen first. */
  | { kind: 'like'; hostId?: HostId; other?: HostId; gives?: boolean }
  | { kind: 'retry'; operationId: string }
  | { kind: 'findHosts'; cloudId?: CloudId }
  | { kind: 'unlock'; cloudId: CloudId };

export type OpenDialog = { id: number; request: DialogRequest };

let current: OpenDialog | undefined;
let count = 0;
const listeners = new Set<() => void>();

function set(next: OpenDialog | undefined) {
  current = next;
  for (const listener of listeners) listener();
}

/** Opens the dialog of an action. One at a time: a second one takes the place of the first. */
export function openDialog(request: DialogRequest) {
  count += 1;
  set({ id: count, request });
}

/** Closes the open dialog. An operation that it started goes on. */
export function closeDialog() {
  set(undefined);
}

/** The dialog that is open. */
export function useOpenDialog(): OpenDialog | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
