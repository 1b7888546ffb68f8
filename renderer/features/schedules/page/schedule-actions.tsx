import { Menu, Switch } from '@mantine/core';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import { useMutation } from '@tanstack/react-query';
import { isDestructive, type Schedule, type ScheduleState } from '../../../../electron/contract/schedules.ts';
import { client } from '../../../bridge/client.ts';
import { Button } from '../../../components/button.tsx';
import { openDialog } from '../../../lib/dialog-store.ts';
import { notify, notifyFailure } from '../../../lib/notify.ts';
import { exportSchedules, useEnableSchedule, useRunNow } from '../schedule-queries.ts';

/** The name of a copy of a schedule. */
function copyName(name: string): string {
  return `Copy of ${name}`.slice(0, 100);
}

/** Opens the editor with a copy of a schedule. The copy is off, so that nothing runs twice by accident. */
function duplicate({ id: _, ...schedule }: Schedule) {
  openDialog({
    kind: 'schedule',
    schedule: { what: 'new', from: { ...schedule, name: copyName(schedule.name), enabled: false } },
  });
}

/** Turns a schedule on or off. Turning a destructive one on may need a typed name, which a dialog asks for. */
function useToggleSchedule() {
  const enable = useEnableSchedule();
  const change = useMutation({
    mutationFn: async ({ schedule, enabled }: { schedule: Schedule; enabled: boolean }) => {
      const { id, action } = schedule;
      if (enabled && isDestructive(action, action.kind !== 'golden' || action.deleteExtra)) {
        const { typedName } = await client.schedules.preview({ ...schedule, enabled });
        if (typedName !== null) {
          openDialog({ kind: 'schedule', schedule: { what: 'turnOn', schedule, typedName } });
          return;
        }
      }
      await enable.mutateAsync({ id, enabled });
    },
    onError: notifyFailure,
  });
  return { toggle: change.mutate, pending: change.isPending };
}

/** The switch of a schedule. */
export function ScheduleSwitch({ schedule, labelled = false }: { schedule: Schedule; labelled?: boolean }) {
  const { toggle, pending } = useToggleSchedule();
  return (
    <Switch
      size={labelled ? 'sm' : 'xs'}
      aria-label={`${schedule.name} is on`}
      label={labelled ? (schedule.enabled ? 'On' : 'Off') : undefined}
      checked={schedule.enabled}
      aria-disabled={pending || undefined}
      onChange={(event) => {
        if (!pending) toggle({ schedule, enabled: event.currentTarget.checked });
      }}
    />
  );
}

/** Starts a run after its plan was shown; a refresh changes nothing, and starts at once. */
export function useStartRun() {
  const run = useRunNow();
  return {
    pending: run.isPending,
    start: (schedule: Schedule) => {
      if (schedule.action.kind !== 'refresh') {
        openDialog({ kind: 'schedule', schedule: { what: 'runNow', schedule } });
        return;
      }
      run.mutate({ id: schedule.id }, { onSuccess: () => notify(`${schedule.name} started`), onError: notifyFailure });
    },
  };
}

/** The actions on a schedule, as the items of a menu. */
function ScheduleMenuItems({ schedule }: { schedule: Schedule }) {
  const { toggle } = useToggleSchedule();
  const { start } = useStartRun();
  const open = (what: 'edit' | 'dryRun' | 'remove') => () =>
    openDialog({ kind: 'schedule', schedule: { what, schedule } });
  return (
    <>
      <Menu.Item onClick={() => start(schedule)}>
        {schedule.action.kind === 'refresh' ? 'Run now' : 'Run now…'}
      </Menu.Item>
      <Menu.Item onClick={open('dryRun')}>Dry run…</Menu.Item>
      <Menu.Divider />
      <Menu.Item onClick={open('edit')}>Edit…</Menu.Item>
      <Menu.Item onClick={() => duplicate(schedule)}>Duplicate…</Menu.Item>
      <Menu.Item onClick={() => toggle({ schedule, enabled: !schedule.enabled })}>
        {schedule.enabled ? 'Turn off' : 'Turn on'}
      </Menu.Item>
      <Menu.Item onClick={() => exportSchedules(`schedule ${schedule.name}`, [schedule.id])}>Export YAML</Menu.Item>
      <Menu.Divider />
      <Menu.Item onClick={open('remove')}>Remove…</Menu.Item>
    </>
  );
}

/** The menu of a schedule in its row. */
export function ScheduleRowMenu({ state: { schedule } }: { state: ScheduleState }) {
  return (
    <Menu width={180}>
      <Menu.Target>
        <Button kind="quiet" size="small" aria-label={`Actions on ${schedule.name}`} title="Actions">
          <IconDots size={16} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScheduleMenuItems schedule={schedule} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The less frequent actions of a schedule on its page. */
export function ScheduleMoreMenu({ schedule }: { schedule: Schedule }) {
  return (
    <Menu width={180}>
      <Menu.Target>
        <Button>More</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => duplicate(schedule)}>Duplicate…</Menu.Item>
        <Menu.Item onClick={() => exportSchedules(`schedule ${schedule.name}`, [schedule.id])}>Export YAML</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => openDialog({ kind: 'schedule', schedule: { what: 'remove', schedule } })}>
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
