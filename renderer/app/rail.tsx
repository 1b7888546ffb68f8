import { useId } from 'react';
import { Link, useLocation } from 'wouter';
import type { Cloud } from '../../electron/contract/clouds.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { CloudMarks } from '../components/cloud-controls.tsx';
import { dotStateOf, dotStateText, StateDot } from '../components/host-link.tsx';
import { regionsOf } from '../components/regions.ts';
import { plural } from '../lib/format.ts';
import { coveragePath, fleetPath, hostPath, operationsPath, settingsPath } from '../lib/routes.ts';

import classes from './rail.module.css';

const none: never[] = [];

/** The navigation: the pages, then the hosts of every cloud. */
export function Rail() {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const running = useConsolePart((state) => state.operations.filter(({ endedAt }) => endedAt === null).length) ?? 0;
  const interrupted =
    useConsolePart((state) => state.operations.filter((each) => each.state === 'interrupted').length) ?? 0;
  const [place] = useLocation();
  const under = (path: string) => place === path || place.startsWith(`${path}/`);
  return (
    <nav className={classes.rail} aria-label="Console">
      <div className={classes.brand}>
        <i aria-hidden="true" />
        <span className="cut">Glance Cache Console</span>
      </div>
      <PageLink to={fleetPath} here={place === fleetPath} label="Fleet" />
      <PageLink to={coveragePath} here={under(coveragePath)} label="Coverage" />
      <PageLink
        to={operationsPath}
        here={under(operationsPath)}
        label="Operations"
        note={running > 0 ? `${running} running` : interrupted > 0 ? `${interrupted} interrupted` : undefined}
      />
      <PageLink to={settingsPath} here={under(settingsPath)} label="Settings" />
      <div className={classes.hosts}>
        {clouds.map((cloud) => (
          <CloudHosts
            key={cloud.id}
            cloud={cloud}
            hosts={hosts.filter(({ cloudId }) => cloudId === cloud.id)}
            place={place}
          />
        ))}
      </div>
    </nav>
  );
}

type PageLinkProps = { to: string; here: boolean; label: string; note?: string | undefined };

function PageLink({ to, here, label, note }: PageLinkProps) {
  const noteId = useId();
  return (
    <Link
      href={to}
      className={classes.link}
      aria-current={here ? 'page' : undefined}
      aria-describedby={note ? noteId : undefined}
    >
      {label}
      {note ? (
        <>
          <small aria-hidden="true">{note}</small>
          <span id={noteId} hidden>
            {note}
          </span>
        </>
      ) : null}
    </Link>
  );
}

function CloudHosts({ cloud, hosts, place }: { cloud: Cloud; hosts: readonly HostSummary[]; place: string }) {
  const failed = hosts.filter(({ state }) => state === 'failed').length;
  const regions = regionsOf(hosts);
  return (
    <section aria-label={`Hosts of ${cloud.name}`}>
      <h2 title={`${plural(hosts.length, 'host')}${failed > 0 ? `, ${failed} of them do not answer` : ''}`}>
        <span className="cut">{cloud.name}</span>
        <span>{hosts.length}</span>
        {cloud.production || cloud.readOnly ? (
          <span className={classes.marks}>
            <CloudMarks cloud={cloud} />
          </span>
        ) : null}
      </h2>
      {regions.length > 1 ? (
        regions.map((region) => (
          <section key={region.id} aria-label={`${cloud.name}, ${region.name}`}>
            <h3>
              <span className="cut" title={region.name}>
                {region.name}
              </span>
              <span>{region.hosts.length}</span>
            </h3>
            <HostLinks hosts={region.hosts} place={place} />
          </section>
        ))
      ) : (
        <HostLinks hosts={hosts} place={place} />
      )}
    </section>
  );
}

function HostLinks({ hosts, place }: { hosts: readonly HostSummary[]; place: string }) {
  return hosts.map((host) => <HostLink key={host.id} host={host} here={place === hostPath(host.id)} />);
}

function HostLink({ host, here }: { host: HostSummary; here: boolean }) {
  const stateId = useId();
  const dot = dotStateOf(host);
  const stateText = dot === 'attention' ? host.warnings.map(({ label }) => label).join(', ') : dotStateText(dot);
  return (
    <Link
      href={hostPath(host.id)}
      className={classes.link}
      aria-current={here ? 'page' : undefined}
      aria-describedby={stateId}
      title={`${host.name}: ${stateText}`}
    >
      <StateDot state={dot} />
      <span className="cut">{host.name}</span>
      <span id={stateId} hidden>
        {stateText}
      </span>
    </Link>
  );
}
