import { Menu } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { OddRecord } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button, LinkButton, type WhyNot } from '../../components/button.tsx';
import { UnlockButton } from '../../components/cloud-controls.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { dotStateOf, dotStateText, StateDot } from '../../components/hosts/host-link.tsx';
import { railOrder } from '../../components/hosts/host-order.ts';
import { useServiceNames } from '../../components/hosts/regions.ts';
import { NotFound } from '../../components/not-found.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { formatSpan } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { fleetPath, hostPath, hostSettingsPath } from '../../lib/routes.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { urlTab, useUrlState } from '../../lib/url-state.ts';
import { useWhyNotLike } from '../make-like/make-like-hosts.tsx';
import { OperationHistory } from '../operations/operation-history.tsx';
import { HostSchedules, useHostSchedules } from '../schedules/page/host-schedules.tsx';
import { TrendsTab } from '../trends/trends-tab.tsx';
import { CachedTab } from './cached-tab.tsx';
import { DiskTab } from './disk-tab.tsx';
import classes from './host.module.css';
import { HostJobsSection } from './host-jobs-section.tsx';
import { capabilitiesLine, HostUsage } from './host-usage.tsx';
import { QueuedTab } from './queued-tab.tsx';

const none: never[] = [];

/** One host: its state, its cached and queued images, and the actions on them. */
export function HostPage({ hostId }: { hostId: string }) {
  const host = useConsolePart((state) => state.hosts.find(({ id }) => id === hostId));
  if (!host) {
    return <NotFound title="Host not found">It was removed, or the link is out of date.</NotFound>;
  }
  return <KnownHost host={host} />;
}

function KnownHost({ host }: { host: HostSummary }) {
  const { whyNot } = useWhyNot();
  usePageTitle(host.name);
  const images = useQuery(queries.hosts.images.queryOptions({ input: { id: host.id }, structuralSharing: false }));
  const [tab, setTab] = useUrlState('tab', 'cached', urlTab, { remember: 'host.tab', isTab: true });
  const hostIds = [host.id];
  const queue = () => openDialog({ kind: 'queue', hostIds });
  const cannotQueue = whyNot(host, 'queue');
  const overSsh = host.maintenance.clean.some(({ method, usable }) => method === 'ssh' && usable);
  const { schedules } = useHostSchedules(host.id);
  useNeighbours(host.id);
  useShortcuts('Host', [
    ...(cannotQueue ? [] : [{ keys: 'q', label: 'Queue images…', run: queue }]),
    { keys: '1', label: 'Cached', run: () => setTab('cached') },
    { keys: '2', label: 'Queued', run: () => setTab('queued') },
    { keys: '3', label: 'History', run: () => setTab('history') },
    { keys: '4', label: 'Trends', run: () => setTab('trends') },
    { keys: '5', label: 'Schedules', run: () => setTab('schedules') },
    ...(overSsh ? [{ keys: '6', label: 'On disk', run: () => setTab('disk') }] : []),
  ]);
  const region = useServiceNames()[host.imageServiceId] ?? '';
  const dot = dotStateOf(host);
  const odd = images.data?.odd ?? none;
  return (
    <div className="page">
      <PageHeader
        title={host.name}
        parent={{ label: 'Fleet', href: fleetPath }}
        mark={<StateDot state={dot} label={dotStateText(dot)} />}
        sub={[
          region,
          host.address,
          host.capabilities ? capabilitiesLine(host.capabilities, host.maintenance) : '',
          host.note,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
        actions={
          <>
            <MoreMenu host={host} />
            <Button whyNot={whyNot(host, 'clean')} onClick={() => openDialog({ kind: 'clean', hostIds })}>
              Clean…
            </Button>
            <Button whyNot={whyNot(host, 'prune')} onClick={() => openDialog({ kind: 'prune', hostIds })}>
              Prune…
            </Button>
            <Button
              kind="danger"
              whyNot={whyNot(host, 'clear')}
              onClick={() => openDialog({ kind: 'clear', hostIds, what: tab === 'queued' ? 'queue' : 'cache' })}
            >
              Clear…
            </Button>
            <Button kind="primary" whyNot={cannotQueue} onClick={queue}>
              Queue images…
            </Button>
          </>
        }
      />
      <HostUsage host={host} cached={images.data?.cached} />
      {host.failure || host.warnings.length > 0 || images.error || odd.length > 0 ? (
        <div className={classes.warnings}>
          {host.failure ? (
            <Notice
              tone="bad"
              live
              actions={
                <>
                  <UnlockButton host={host} />
                  <LinkButton href={hostSettingsPath(host.id)}>Edit or test…</LinkButton>
                </>
              }
            >
              <FailureText failure={host.failure}>
                <FailedTries host={host} />
                {host.refreshedAt === null ? null : (
                  <>
                    {' '}
                    Last updated <RelativeTime time={host.refreshedAt} className="strong" />.
                  </>
                )}
              </FailureText>
            </Notice>
          ) : null}
          {images.error && !host.failure ? <FailedNotice error={images.error} again={images.refetch} /> : null}
          {host.warnings.map((warning) => (
            <Notice
              key={warning.kind}
              tone="warn"
              actions={warning.kind === 'pruneHung' ? <PruneOver hostId={host.id} /> : undefined}
            >
              <b>{capital(warning.label)}.</b> <span className="dim">{warning.text}</span>
            </Notice>
          ))}
          <OddRecords odd={odd} />
        </div>
      ) : null}
      {images.data && host.refreshedAt !== null ? (
        <Tabs
          label="Images of this host"
          current={tab}
          onChange={setTab}
          tabs={[
            {
              id: 'cached',
              label: 'Cached',
              note: formatCount(images.data.cached.length),
              noteWords: plural(images.data.cached.length, 'image'),
              panel: () => <CachedTab host={host} images={images.data.cached} />,
            },
            {
              id: 'queued',
              label: 'Queued',
              note: formatCount(images.data.queued.length),
              noteWords: plural(images.data.queued.length, 'image'),
              panel: () => <QueuedTab host={host} images={images.data.queued} />,
            },
            { id: 'history', label: 'History', panel: () => <OperationHistory of={{ hostId: host.id }} /> },
            { id: 'trends', label: 'Trends', panel: () => <TrendsTab host={host} /> },
            {
              id: 'schedules',
              label: 'Schedules',
              ...(schedules.length > 0
                ? { note: formatCount(schedules.length), noteWords: plural(schedules.length, 'schedule') }
                : {}),
              panel: () => (
                <>
                  <HostSchedules host={host} />
                  <HostJobsSection host={host} />
                </>
              ),
            },
            ...(overSsh ? [{ id: 'disk', label: 'On disk', panel: () => <DiskTab host={host} /> }] : []),
          ]}
        />
      ) : (
        <NothingYet host={host} />
      )}
    </div>
  );
}

function NothingYet({ host }: { host: HostSummary }) {
  if (host.failure) {
    return (
      <div className="panel">
        <EmptyState title="No data yet">This host has not responded since it was added.</EmptyState>
      </div>
    );
  }
  return (
    <div className="panel" aria-busy="true">
      <EmptyState title={host.state === 'waiting' ? 'Waiting for the first response' : 'Loading images'}>
        Reading the host’s cached images.
      </EmptyState>
    </div>
  );
}

/** The operator confirms that the service was restarted, which is the only way to end a hanging prune. */
function PruneOver({ hostId }: { hostId: string }) {
  const { mutate, isPending } = useMutation(queries.operations.pruneOver.mutationOptions({ onError: notifyFailure }));
  return (
    <Button disabled={isPending} onClick={() => mutate({ hostId })}>
      The service was restarted
    </Button>
  );
}

/** `[` and `]` open the previous and the next host in the order of the rail. */
function useNeighbours(hostId: string) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const ids = useMemo(
    () =>
      railOrder(
        hosts,
        clouds.map(({ id }) => id),
      ).map(({ id }) => id),
    [hosts, clouds],
  );
  const [, go] = useLocation();
  const at = ids.indexOf(hostId);
  const step = (by: number) => () => {
    const next = ids[(at + by + ids.length) % ids.length];
    if (next !== undefined) go(hostPath(next));
  };
  useShortcuts('Hosts', [
    { keys: '[', label: 'Previous host', run: step(-1) },
    { keys: ']', label: 'Next host', run: step(1) },
  ]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The menu of the less frequent actions on a host. */
function MoreMenu({ host }: { host: HostSummary }) {
  const { takes, gives } = useWhyNotLike();
  const [, go] = useLocation();
  return (
    <Menu width={340}>
      <Menu.Target>
        <Button>More</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Item
          label="Make like another host…"
          about={`Queue on ${host.name} what another host has cached`}
          whyNot={takes(host)}
          onClick={() => openDialog({ kind: 'like', hostId: host.id })}
        />
        <Item
          label="Make another host like this one…"
          about={`Queue what ${host.name} has cached on another host`}
          whyNot={gives(host)}
          onClick={() => openDialog({ kind: 'like', hostId: host.id, gives: true })}
        />
        <Item
          label="Edit or test…"
          about="Address, limit, labels and SSH access, in Settings"
          whyNot={undefined}
          onClick={() => go(hostSettingsPath(host.id))}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

type ItemProps = { label: string; about: string; whyNot: WhyNot | undefined; onClick: () => void };

/** An action that is not possible stays in the menu, disabled, with the reason. */
function Item({ label, about, whyNot, onClick }: ItemProps) {
  return (
    <Menu.Item
      aria-disabled={whyNot !== undefined || undefined}
      closeMenuOnClick={whyNot === undefined}
      onClick={whyNot ? undefined : onClick}
    >
      <span className={classes.menuItem} data-off={whyNot ? true : undefined}>
        {label}
        <span className="dim">{whyNot ? `${whyNot.reason} ${whyNot.remedy}` : about}</span>
      </span>
    </Menu.Item>
  );
}

/** How often a host failed, since when, and when it is polled next. */
function FailedTries({ host }: { host: HostSummary }) {
  const { failedTries, failingSince, nextPollAt, refreshing } = host;
  const text = useNow((now) => {
    const since = failingSince === null ? '' : ` in ${formatSpan(now - failingSince)}`;
    const next = refreshing
      ? 'Retrying now.'
      : nextPollAt === null
        ? 'Polling is paused.'
        : nextPollAt <= now
          ? 'The next retry is due.'
          : `Next retry in ${formatSpan(nextPollAt - now)}.`;
    return `${plural(failedTries, 'try', 'tries')}${since}. ${next}`;
  });
  return <>{text}</>;
}

/** Records of a host that do not follow the API, as the host sent them. */
function OddRecords({ odd }: { odd: readonly OddRecord[] }) {
  if (odd.length === 0) return null;
  return (
    <Notice tone="warn">
      <details className={classes.odd}>
        <summary>
          {plural(odd.length, 'record')} of this host {odd.length === 1 ? 'has' : 'have'} unexpected values
        </summary>
        <ul>
          {odd.slice(0, 200).map((record, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: odd records have nothing else to tell them apart
            <li key={index}>
              <code className="mono">{record.text}</code>
              <span className="dim">{record.problem}</span>
            </li>
          ))}
        </ul>
        {odd.length > 200 ? <p className="dim">And {plural(odd.length - 200, 'more', 'more')}.</p> : null}
      </details>
    </Notice>
  );
}
