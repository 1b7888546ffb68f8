import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { Operation } from '../../electron/contract/operations.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { operationStateText } from '../features/operations/operation-labels.ts';
import { countOf, isActive } from '../features/operations/operation-progress.ts';
import { operationPath } from '../lib/routes.ts';
import { isWatched } from '../lib/watched-operations.ts';

const none: never[] = [];

/** Notifies when an operation ends that the operator is not looking at; of those that schedules start, when it failed. */
export function OperationNotices() {
  const operations = useConsolePart((state) => state.operations) ?? none;
  const active = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    for (const operation of operations) {
      if (active.current.has(operation.id) && !isActive(operation) && !isWatched(operation.id)) showEnd(operation);
    }
    active.current = new Set(operations.filter(isActive).map(({ id }) => id));
  }, [operations]);
  return null;
}

function showEnd(operation: Operation): void {
  const failed = countOf(operation, ['failed', 'unknown']) > 0 || operation.state === 'interrupted';
  if (operation.schedule && !failed) return;
  const id = `ended-${operation.id}`;
  notifications.show({
    id,
    title: operation.title,
    message: (
      <>
        {operationStateText(operation).label}.{' '}
        <Link href={operationPath(operation.id)} onClick={() => notifications.hide(id)}>
          Open operation
        </Link>
      </>
    ),
    ...(failed ? { color: 'red' } : {}),
    autoClose: failed ? false : 10_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
