import { Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Link } from 'wouter';
import { type Alert, needsAttention } from '../../../electron/contract/alerts.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { formatExact } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { coveragePath, hostPath, schedulePath, settingsSectionPath } from '../../lib/routes.ts';
import { type AlertGroup, groupAlerts, groupHosts, groupTitle } from './alert-groups.ts';
import classes from './alerts.module.css';

type Common = { waiting: boolean; onLeave: () => void };

/** List items of alerts. Many of one rule are one item, which opens. */
export function AlertEntries({ alerts, ...common }: Common & { alerts: readonly Alert[] }) {
  return groupAlerts(alerts).map((entry) =>
    'alerts' in entry ? (
      <GroupItem key={`${entry.rule} ${entry.severity}`} group={entry} {...common} />
    ) : (
      <AlertItem key={entry.id} alert={entry} {...common} />
    ),
  );
}

function GroupItem({ group, waiting, onLeave }: Common & { group: AlertGroup }) {
  const [opened, setOpened] = useState(false);
  const listId = useId();
  const hosts = useConsolePart((state) => state.hosts);
  const { alerts, severity } = group;
  const title = groupTitle(group);
  const names = groupHosts(group, (id) => hosts?.find((host) => host.id === id)?.name);
  return (
    <li className={classes.item} data-tone={waiting ? severity : undefined}>
      <div className="row">
        <button
          type="button"
          className={classes.groupTitle}
          aria-expanded={opened}
          aria-controls={opened ? listId : undefined}
          onClick={() => setOpened(!opened)}
        >
          <span aria-hidden="true">{opened ? '▾' : '▸'}</span> {title}
        </button>
        <span className="grow" />
        <span className="dim nowrap">
          latest <RelativeTime time={Math.max(...alerts.map(({ since }) => since))} />
        </span>
      </div>
      <div className={classes.details}>
        <p className="dim">{names}</p>
        <AlertActions alerts={alerts} title={title} />
      </div>
      {opened ? (
        <ul id={listId} className={classes.members} aria-label={title}>
          {alerts.map((one) => (
            <AlertItem key={one.id} alert={one} waiting={false} onLeave={onLeave} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function AlertItem({ alert, waiting, onLeave }: Common & { alert: Alert }) {
  const { title, text, severity, since, acknowledgedAt, mutedUntil } = alert;
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
        <span className="dim nowrap">
          <RelativeTime time={since} />
        </span>
      </div>
      <div className={classes.details}>
        <p className="dim">
          {text}
          {isMuted && mutedUntil !== null ? (
            <> Muted until {formatExact(mutedUntil)}.</>
          ) : acknowledgedAt === null ? null : (
            <>
              {' '}
              Acknowledged <RelativeTime time={acknowledgedAt} />.
            </>
          )}
        </p>
        <AlertActions alerts={[alert]} title={title} />
      </div>
    </li>
  );
}

const mutes = [
  { minutes: 60, label: 'For an hour' },
  { minutes: 8 * 60, label: 'For 8 hours' },
  { minutes: 24 * 60, label: 'For a day' },
  { minutes: 7 * 24 * 60, label: 'For a week' },
];

/** Acknowledges, mutes and unmutes alerts together. */
function AlertActions({ alerts, title }: { alerts: readonly Alert[]; title: string }) {
  const acknowledge = useMutation(queries.alerts.acknowledge.mutationOptions({ onError: notifyFailure }));
  const mute = useMutation(queries.alerts.mute.mutationOptions({ onError: notifyFailure }));
  const ids = alerts.map(({ id }) => id);
  const waiting = useNow((now) => alerts.some((one) => needsAttention(one, now)));
  const areMuted = useNow((now) => alerts.every(({ mutedUntil }) => mutedUntil !== null && mutedUntil > now));
  return (
    <span className={classes.actions}>
      {waiting ? (
        <Button
          kind="quiet"
          size="small"
          aria-label={`Acknowledge: ${title}`}
          onClick={() => acknowledge.mutate({ ids })}
        >
          Acknowledge
        </Button>
      ) : null}
      {areMuted ? (
        <Button
          kind="quiet"
          size="small"
          aria-label={`Unmute: ${title}`}
          onClick={() => mute.mutate({ ids, minutes: null })}
        >
          Unmute
        </Button>
      ) : (
        <Menu withinPortal={false} position="bottom-end">
          <Menu.Target>
            <Button kind="quiet" size="small" aria-label={`Mute: ${title}`}>
              Mute <span aria-hidden="true">▾</span>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mutes.map(({ minutes, label }) => (
              <Menu.Item key={minutes} onClick={() => mute.mutate({ ids, minutes })}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
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
