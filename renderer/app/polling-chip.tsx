import { Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Preferences } from '../../electron/contract/settings.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { queries } from '../bridge/queries.ts';
import { formatSpan } from '../lib/format.ts';
import { notifyFailure } from '../lib/notify.ts';

const choices = [5, 10, 30, 60, 300];

/** How often the hosts are polled; opens a menu to pause that or to change it. */
export function PollingChip() {
  const preferences = useConsolePart((state) => state.preferences);
  const update = useMutation(queries.preferences.update.mutationOptions({ onError: notifyFailure }));
  if (!preferences) return null;
  const { refreshPaused, refreshSeconds } = preferences;
  const set = (change: Partial<Preferences>) => update.mutate(change);
  const seconds = choices.includes(refreshSeconds) ? choices : [...choices, refreshSeconds].sort((a, b) => a - b);
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="chip">
          {refreshPaused ? 'Polling paused' : `Polling every ${formatSpan(refreshSeconds * 1_000)}`}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => set({ refreshPaused: !refreshPaused })}>
          {refreshPaused ? 'Resume polling' : 'Pause polling'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Poll every host</Menu.Label>
        {seconds.map((each) => (
          <Menu.Item
            key={each}
            aria-current={each === refreshSeconds || undefined}
            rightSection={each === refreshSeconds ? '✓' : undefined}
            onClick={() => set({ refreshSeconds: each, refreshPaused: false })}
          >
            every {formatSpan(each * 1_000)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
