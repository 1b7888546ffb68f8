import { Menu } from '@mantine/core';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import type { Cloud } from '../../electron/contract/clouds.ts';
import type { Preferences } from '../../electron/contract/settings.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { queries } from '../bridge/queries.ts';
import { Button } from '../components/button.tsx';
import { CloudMarks } from '../components/cloud-controls.tsx';
import { StateDot } from '../components/hosts/host-link.tsx';
import { Key } from '../components/keyboard-key.tsx';
import { Ring } from '../components/meter.tsx';
import { AlertsMenu } from '../features/alerts/alerts-menu.tsx';
import { actionLabels } from '../features/operations/operation-labels.ts';
import { isActive, progressOf, timeLeftText } from '../features/operations/operation-progress.ts';
import { formatSpan } from '../lib/format.ts';
import { notifyFailure } from '../lib/notify.ts';
import { palette } from '../lib/palette-store.ts';
import { hostOfPath, operationPath, operationsPath, settingsPath } from '../lib/routes.ts';
import classes from './top-bar.module.css';
import { useRefresh } from './use-refresh.ts';

const none: never[] = [];

/** The bar above every page: search, running operations, the cloud, polling, refresh. */
export function TopBar() {
  const { refresh, refreshing, what } = useRefresh();
  return (
    <section className={classes.topBar} aria-label="Search and refresh">
      <button
        type="button"
        className={classes.searchButton}
        onClick={palette.open}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <IconSearch size={14} aria-hidden="true" />
        <span>
          Search<span className={classes.searched}> images, hosts, actions</span>
        </span>
        <Key keys="mod+k" />
      </button>
      <span className="grow" />
      <RunningChip />
      <CloudChip />
      <PollingChip />
      <AlertsMenu />
      <Button onClick={refresh} title={`Poll ${what} now`} aria-busy={refreshing || undefined}>
        <IconRefresh size={14} aria-hidden="true" className={refreshing ? 'turning' : undefined} />
        Refresh
      </Button>
    </section>
  );
}

function CloudChip() {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [place] = useLocation();
  const ofHost = hosts.find(({ id }) => id === hostOfPath(place))?.cloudId;
  const shown = ofHost ? clouds.filter(({ id }) => id === ofHost) : clouds;
  const [first] = shown;
  if (!first) return null;
  if (shown.length > 1) {
    const failing = shown.filter(({ failure }) => failure).length;
    return (
      <Link href={settingsPath} className={`chip ${classes.cloudChip}`} title={shown.map(cloudWords).join('\n')}>
        <StateDot state={failing > 0 ? 'failed' : 'ok'} />
        {shown.length} clouds{failing > 0 ? `, ${failing} not logged in` : ''}
        <CloudMarks
          cloud={{
            production: shown.some(({ production }) => production),
            readOnly: shown.every(({ readOnly }) => readOnly),
          }}
        />
      </Link>
    );
  }
  return (
    <Link
      href={settingsPath}
      className={`chip ${classes.cloudChip}`}
      title={first.failure?.message ?? first.identity?.user}
    >
      <StateDot state={first.failure ? 'failed' : first.identity || first.secret === 'unneeded' ? 'ok' : 'waiting'} />
      {cloudWords(first)}
      <CloudMarks cloud={first} />
    </Link>
  );
}

function cloudWords(cloud: Cloud): string {
  if (cloud.failure) return `${cloud.name} · not logged in`;
  if (cloud.secret === 'missing') return `${cloud.name} · locked`;
  const roles = cloud.identity?.roles ?? [];
  const role = roles.find((name) => name.toLowerCase() === 'admin') ?? roles[0];
  return role ? `${cloud.name} · ${role}` : cloud.name;
}

/** The progress of the running operations, with a link to them. */
function RunningChip() {
  const running = useConsolePart((state) => state.operations.filter(isActive)) ?? none;
  const [first] = running;
  if (!first) return null;
  const sum = running
    .map(progressOf)
    .reduce(
      (before, { fraction, total }) => ({ ended: before.ended + fraction * total, total: before.total + total }),
      { ended: 0, total: 0 },
    );
  const share = sum.total === 0 ? 0 : sum.ended / sum.total;
  const what = running.length === 1 ? actionLabels[first.kind] : `${running.length} operations`;
  const left = running.length === 1 ? timeLeftText(first) : '';
  return (
    <Link
      href={running.length === 1 ? operationPath(first.id) : operationsPath}
      className="chip"
      title={running.map(({ title }) => title).join('\n')}
    >
      <Ring share={share} />
      <span className="hidden-text">Running: </span>
      {what} · {Math.floor(share * 100)} %{left ? <span className={classes.timeLeft}> · {left}</span> : null}
    </Link>
  );
}

const choices = [5, 10, 30, 60, 300];

/** The polling interval, with a menu that changes or pauses it. */
function PollingChip() {
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
