import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { type ReactNode, useId, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Cloud } from '../../electron/contract/clouds.ts';
import { plural } from '../../electron/contract/counts.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { CloudMarks } from '../components/cloud-controls.tsx';
import { dotStateOf, dotStateText, StateDot } from '../components/hosts/host-link.tsx';
import { problemsFirst } from '../components/hosts/host-order.ts';
import { regionsOf } from '../components/hosts/regions.ts';
import { MiddleTruncate } from '../components/middle-truncate.tsx';
import { usePersistentState } from '../lib/persistent-state.ts';
import { hostPath } from '../lib/routes.ts';
import { filterByText } from '../lib/text-filter.ts';
import classes from './rail.module.css';

const none: never[] = [];
const nothingFolded: readonly string[] = [];
const fieldsOf = ({ name, address, labels, region }: HostSummary) => [name, address, region, ...labels];

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** The hosts of every cloud, by region, those with problems first, with a filter. Groups can be folded. */
export function RailHosts({ place }: { place: string }) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [text, setText] = useState('');
  const [folded, setFolded] = usePersistentState('rail.folded', nothingFolded, isStringArray);
  // A host does not move while the pointer moves towards it.
  const [still, setStill] = useState(false);
  const ordered = useStableWhile(
    useMemo(() => problemsFirst(hosts), [hosts]),
    still,
  );
  const shown = useMemo(() => filterByText(ordered, text, fieldsOf), [ordered, text]);
  const filtered = text.trim() !== '';
  const groupProps = (id: string) => ({
    open: filtered || !folded.includes(id),
    onFold: () => setFolded((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id])),
  });
  if (hosts.length === 0 && clouds.length === 0) return null;
  return (
    <>
      <input
        type="search"
        className={classes.filter}
        aria-label="Filter the hosts of the navigation"
        placeholder="Filter"
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            setText('');
          }
        }}
      />
      <div className={classes.hosts} onPointerEnter={() => setStill(true)} onPointerLeave={() => setStill(false)}>
        {clouds.map((cloud) => {
          const ofCloud = shown.filter(({ cloudId }) => cloudId === cloud.id);
          if (filtered && ofCloud.length === 0) return null;
          return (
            <CloudHosts
              key={cloud.id}
              cloud={cloud}
              hosts={ofCloud}
              // The regions keep their order, whichever of their hosts have problems.
              regions={regionsOf(hosts.filter(({ cloudId }) => cloudId === cloud.id)).map(({ id, name }) => ({
                id,
                name,
                hosts: ofCloud.filter(({ imageServiceId }) => imageServiceId === id),
              }))}
              place={place}
              groupProps={groupProps}
            />
          );
        })}
        {filtered && shown.length === 0 ? (
          <p className={classes.nothing} role="status">
            No matching hosts
          </p>
        ) : null}
      </div>
    </>
  );
}

/** The present hosts, in their previous order while `still` is true. New hosts come last. */
function useStableWhile(hosts: readonly HostSummary[], still: boolean): readonly HostSummary[] {
  const [order, setOrder] = useState(hosts);
  if (!still && order !== hosts) setOrder(hosts);
  return useMemo(() => {
    if (!still) return hosts;
    const places = new Map(order.map(({ id }, index) => [id, index]));
    return [...hosts].sort((a, b) => (places.get(a.id) ?? order.length) - (places.get(b.id) ?? order.length));
  }, [hosts, order, still]);
}

type CloudHostsProps = {
  cloud: Cloud;
  hosts: readonly HostSummary[];
  regions: readonly { id: string; name: string; hosts: readonly HostSummary[] }[];
  place: string;
  groupProps: (id: string) => { open: boolean; onFold: () => void };
};

function CloudHosts({ cloud, hosts, regions, place, groupProps }: CloudHostsProps) {
  const group = groupProps(cloud.id);
  return (
    <section aria-label={`Hosts of ${cloud.name}`}>
      <h2>
        <GroupHeading name={cloud.name} hosts={hosts} {...group}>
          {cloud.production || cloud.readOnly ? (
            <span className={classes.marks}>
              <CloudMarks cloud={cloud} />
            </span>
          ) : null}
        </GroupHeading>
      </h2>
      {!group.open ? null : regions.length > 1 ? (
        regions.map((region) => {
          const regionGroup = groupProps(`${cloud.id} ${region.id}`);
          return region.hosts.length === 0 ? null : (
            <section key={region.id} aria-label={`${cloud.name}, ${region.name}`}>
              <h3>
                <GroupHeading name={region.name} hosts={region.hosts} {...regionGroup} />
              </h3>
              {regionGroup.open ? <HostLinks hosts={region.hosts} place={place} /> : null}
            </section>
          );
        })
      ) : (
        <HostLinks hosts={hosts} place={place} />
      )}
    </section>
  );
}

type GroupHeadingProps = {
  name: string;
  hosts: readonly HostSummary[];
  open: boolean;
  onFold: () => void;
  children?: ReactNode;
};

/** The heading of a group, which folds it. A folded group shows how many of its hosts have problems. */
function GroupHeading({ name, hosts, open, onFold, children }: GroupHeadingProps) {
  const failed = hosts.filter(({ state }) => state === 'failed').length;
  const attention = hosts.filter((host) => dotStateOf(host) === 'attention').length;
  const worst = failed > 0 ? 'failed' : attention > 0 ? 'attention' : undefined;
  const summary = [
    plural(hosts.length, 'host'),
    failed > 0 ? `${failed} unreachable` : '',
    attention > 0 ? `${attention} need${attention === 1 ? 's' : ''} attention` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
  return (
    <button type="button" aria-expanded={open} onClick={onFold} title={`${name}: ${summary}`}>
      <IconChevronRight size={12} aria-hidden="true" className={classes.chevron} />
      <MiddleTruncate text={name} />
      <span>
        {!open && worst ? <StateDot state={worst} label={summary} /> : null} {hosts.length}
      </span>
      {children}
    </button>
  );
}

function HostLinks({ hosts, place }: { hosts: readonly HostSummary[]; place: string }) {
  return hosts.map((host) => <RailHostLink key={host.id} host={host} here={place === hostPath(host.id)} />);
}

function RailHostLink({ host, here }: { host: HostSummary; here: boolean }) {
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
      <MiddleTruncate text={host.name} host title="" />
      <span id={stateId} hidden>
        {stateText}
      </span>
    </Link>
  );
}
