import { useMutation } from '@tanstack/react-query';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { queries } from '../../bridge/queries.ts';
import { notifyFailure } from '../../lib/notify.ts';

/** Changes what the operator prefers. The new state comes back by the stream of events. */
export function usePreferences() {
  const update = useMutation(queries.preferences.update.mutationOptions({ onError: notifyFailure }));
  return { set: (change: Partial<Preferences>) => update.mutate(change) };
}
