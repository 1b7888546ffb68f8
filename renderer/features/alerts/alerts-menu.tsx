import { Popover } from '@mantine/core';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { type Alert, needsAttention } from '../../../electron/contract/alerts.ts';
import { plural } from '../../../electron/contract/counts.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { notifyFailure } from '../../lib/notify.ts';
import { settingsSectionPath } from '../../lib/routes.ts';
import { AlertEntries } from './alert-entries.tsx';
import classes from './alerts.module.css';

const none: never[] = [];

/** The bell in the top bar: how many alerts need attention, and the list of those that are firing. */
export function AlertsMenu() {
  const [opened, setOpened] = useState(false);
  const list = useQuery(queries.alerts.list.queryOptions({ input: {} }));
  const alerts = list.data?.alerts ?? none;
  const waiting = useNow((now) => alerts.filter((one) => needsAttention(one, now)).length);
  const critical = useNow((now) => alerts.some((one) => one.severity === 'critical' && needsAttention(one, now)));
  const label = waiting === 0 ? 'Alerts: none' : `Alerts: ${waiting}`;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={480}
      withRoles={false}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={`chip ${classes.bell}`}
          data-tone={waiting === 0 ? undefined : critical ? 'bad' : 'warn'}
          aria-label={label}
          aria-haspopup="dialog"
          aria-expanded={opened}
          onClick={() => setOpened((before) => !before)}
        >
          <IconBell size={15} aria-hidden="true" />
          {waiting === 0 ? null : <b>{waiting}</b>}
        </button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Alerts" className={classes.dropdown}>
        {list.error ? <FailedNotice error={list.error} again={list.refetch} /> : null}
        <AlertList alerts={alerts} onLeave={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

type ListProps = { alerts: readonly Alert[]; onLeave: () => void };

function AlertList({ alerts, onLeave }: ListProps) {
  const acknowledge = useMutation(queries.alerts.acknowledge.mutationOptions({ onError: notifyFailure }));
  // One text, so that the page renders only when an alert changes sides.
  const open = useNow((now) =>
    alerts
      .filter((one) => needsAttention(one, now))
      .map(({ id }) => id)
      .join('\n'),
  );
  const ids = open === '' ? none : open.split('\n');
  const waiting = alerts.filter(({ id }) => ids.includes(id));
  const seen = alerts.filter(({ id }) => !ids.includes(id));
  return (
    <>
      <div className="row">
        <h2 className={classes.title}>
          {waiting.length === 0 ? 'No alerts' : plural(waiting.length, 'alert')}
          {seen.length > 0 ? <span className="dim"> · {seen.length} acknowledged or muted</span> : null}
        </h2>
        <span className="grow" />
        {waiting.length > 1 ? (
          <Button kind="quiet" onClick={() => acknowledge.mutate({ ids: [...ids] })}>
            Acknowledge all
          </Button>
        ) : null}
        <Link href={settingsSectionPath('alerts')} onClick={onLeave}>
          Settings
        </Link>
      </div>
      <ul className={classes.list} aria-label="Firing alerts">
        <AlertEntries alerts={waiting} waiting onLeave={onLeave} />
        <AlertEntries alerts={seen} waiting={false} onLeave={onLeave} />
      </ul>
    </>
  );
}
