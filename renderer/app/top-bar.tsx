import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { Link, useLocation } from 'wouter';
import type { Cloud } from '../../electron/contract/clouds.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { Button } from '../components/button.tsx';
import { CloudMarks } from '../components/cloud-controls.tsx';
import { StateDot } from '../components/host-link.tsx';
import { Key } from '../components/keyboard-key.tsx';
import { hostOfPath, settingsPath } from '../lib/routes.ts';
import { palette } from './palette-store.ts';
import { PollingChip } from './polling-chip.tsx';
import { RunningChip } from './running-chip.tsx';
import { useRefresh } from './use-refresh.ts';

const none: never[] = [];

/** The bar above every page: search, who is logged in where, polling, refresh. */
export function TopBar() {
  const { refresh, refreshing, what } = useRefresh();
  return (
    <section className="top-bar" aria-label="Search and refresh">
      <button type="button" className="search-button" onClick={palette.open} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={14} aria-hidden="true" />
        <span className="cut">Search images, hosts, actions</span>
        <Key keys="mod+k" />
      </button>
      <span className="grow" />
      <RunningChip />
      <CloudChip />
      <PollingChip />
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
      <Link href={settingsPath} className="chip cloud-chip" title={shown.map(cloudWords).join('\n')}>
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
    <Link href={settingsPath} className="chip cloud-chip" title={first.failure?.message ?? first.identity?.user}>
      <StateDot state={first.failure ? 'failed' : first.identity || first.secret === 'unneeded' ? 'ok' : 'waiting'} />
      {cloudWords(first)}
      <CloudMarks cloud={first} />
    </Link>
  );
}

function cloudWords(cloud: Cloud): string {
  if (cloud.failure) return `${cloud.name} · not logged in`;
  if (cloud.secret === 'missing') return `${cloud.name} · secret wanted`;
  const roles = cloud.identity?.roles ?? [];
  const role = roles.find((name) => name.toLowerCase() === 'admin') ?? roles[0];
  return role ? `${cloud.name} · ${role}` : cloud.name;
}
