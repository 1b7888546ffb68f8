import { Menu, Popover } from '@mantine/core';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { type Alert, needsAttention } from '../../../electron/contract/alerts.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { formatExact, plural } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { coveragePath, hostPath, schedulePath, settingsSectionPath } from '../../lib/routes.ts';
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
      width={460}
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
        {waiting.map((one) => (
          <AlertItem key={one.id} alert={one} waiting onLeave={onLeave} />
        ))}
        {seen.map((one) => (
          <AlertItem key={one.id} alert={one} waiting={false} onLeave={onLeave} />
        ))}
      </ul>
    </>
  );
}

const mutes = [
  { minutes: 60, label: 'For an hour' },
  { minutes: 8 * 60, label: 'For 8 hours' },
  { minutes: 24 * 60, label: 'For a day' },
  { minutes: 7 * 24 * 60, label: 'For a week' },
];

type ItemProps = { alert: Alert; waiting: boolean; onLeave: () => void };

function AlertItem({ alert, waiting, onLeave }: ItemProps) {
  const { id, title, text, severity, since, acknowledgedAt, mutedUntil } = alert;
  const acknowledge = useMutation(queries.alerts.acknowledge.mutationOptions({ onError: notifyFailure }));
  const mute = useMutation(queries.alerts.mute.mutationOptions({ onError: notifyFailure }));
  const href = pathOf(alert);
  const isMuted = useNow((now) => mutedUntil !== null && mutedUntil > now);
  return (
    <li className={classes.item} data-tone={waiting ? severity : undefined}>
      <div className="row">
        <b>
          {href === undefined ? (
            title
          ) : (
            <Link href={href} onClick={onLeave}>
              {title}
            </Link>
          )}
        </b>
        <span className="grow" />
        <span className="dim">
          <RelativeTime time={since} />
        </span>
      </div>
      <p className="dim">{text}</p>
      <div className="row">
        {isMuted && mutedUntil !== null ? (
          <span className="dim">Muted until {formatExact(mutedUntil)}</span>
        ) : acknowledgedAt === null ? null : (
          <span className="dim">
            Acknowledged <RelativeTime time={acknowledgedAt} />
          </span>
        )}
        <span className="grow" />
        {acknowledgedAt === null && !isMuted ? (
          <Button kind="quiet" aria-label={`Acknowledge: ${title}`} onClick={() => acknowledge.mutate({ ids: [id] })}>
            Acknowledge
          </Button>
        ) : null}
        {isMuted ? (
          <Button
            kind="quiet"
            aria-label={`Unmute: ${title}`}
            onClick={() => mute.mutate({ ids: [id], minutes: null })}
          >
            Unmute
          </Button>
        ) : (
          <Menu withinPortal={false} position="bottom-end">
            <Menu.Target>
              <Button kind="quiet" aria-label={`Mute: ${title}`}>
                Mute <span aria-hidden="true">▾</span>
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {mutes.map(({ minutes, label }) => (
                <Menu.Item key={minutes} onClick={() => mute.mutate({ ids: [id], minutes })}>
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </li>
  );
}

/** The page where the operator can do something about an alert. */
function pathOf({ rule, hostId, subjectId }: Alert): string | undefined {
  if (hostId !== null) return hostPath(hostId);
  if (rule === 'scheduleFailed' && subjectId !== null) return schedulePath(subjectId);
  if (rule === 'goldenDrift') return `${coveragePath}/golden`;
  if (rule === 'expiring') return settingsSectionPath('clouds');
  return undefined;
}
