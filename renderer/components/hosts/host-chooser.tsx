import { Fragment, useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { Button } from '../button.tsx';
import { type HostAction, useWhyNot } from './host-abilities.ts';
import classes from './host-chooser.module.css';
import { dotStateOf, dotStateText, StateDot } from './host-link.tsx';
import { reachableFirst } from './host-order.ts';
import { regionNames, regionsOf } from './regions.ts';

type Props = {
  hosts: readonly HostSummary[];
  /** The action that the hosts are chosen for; without it, each of them can be chosen. */
  ability?: HostAction;
  chosen: ReadonlySet<HostId>;
  onChange: (chosen: ReadonlySet<HostId>) => void;
  /** The subject of the choice, unless it is the number of hosts. */
  legend?: string | undefined;
  /** The hosts are below the filter, as in a narrow form. */
  stacked?: boolean;
};

/** With more hosts than this, a filter is of use. */
const filterFrom = 8;
const fieldsOf = ({ name, address, region, labels }: HostSummary) => [name, address, region, ...labels];

/**
 * Chooses hosts, with a filter if there are many. Those that cannot do the action are shown disabled, with the reason.
 */
export function HostChooser({ hosts, ability, chosen, onChange, legend, stacked = false }: Props) {
  const reasons = useWhyNot();
  const whyNot = (host: HostSummary) => (ability === undefined ? undefined : reasons.whyNot(host, ability));
  const regions = regionNames(hosts);
  const grouped = regionsOf(hosts).flatMap((region) => reachableFirst(region.hosts));
  const able = hosts.filter((host) => whyNot(host) === undefined);
  const flip = (id: HostId) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  const [text, setText] = useState('');
  const shown = filterByText(grouped, text, fieldsOf);
  const shownAble = shown.filter((host) => whyNot(host) === undefined);
  const all = shownAble.length > 0 && shownAble.every(({ id }) => chosen.has(id));
  const hidden = able.filter((host) => chosen.has(host.id) && !shown.includes(host)).length;
  const flipAll = () => {
    const next = new Set(chosen);
    for (const { id } of shownAble) {
      if (all) next.delete(id);
      else next.add(id);
    }
    onChange(next);
  };
  return (
    <fieldset className={classes.chooser} data-stacked={stacked || undefined}>
      <legend>{legend ?? `${able.filter(({ id }) => chosen.has(id)).length} of ${hosts.length} hosts selected`}</legend>
      <div className={classes.chips}>
        {shown.map((host, index) => {
          const why = whyNot(host);
          const region = regions.get(host.id);
          const isFirst = region !== regions.get(shown[index - 1]?.id ?? '');
          return (
            <Fragment key={host.id}>
              {region !== undefined && isFirst ? <span className={`dim ${classes.region}`}>{region}</span> : null}
              <button
                type="button"
                className="chip"
                aria-pressed={!why && chosen.has(host.id)}
                aria-disabled={why !== undefined || undefined}
                title={why ? `${why.reason} ${why.remedy}` : dotStateText(dotStateOf(host))}
                onClick={() => {
                  if (!why) flip(host.id);
                }}
              >
                <StateDot state={dotStateOf(host)} />
                {host.name}
              </button>
            </Fragment>
          );
        })}
      </div>
      {hosts.length > filterFrom ? (
        <div className={classes.filter}>
          <input
            type="search"
            className="plain-input"
            aria-label="Filter the hosts to choose"
            placeholder="Filter hosts"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              // Enter would submit the form that the chooser is in.
              if (event.key === 'Enter') event.preventDefault();
            }}
          />
          {hidden > 0 ? <span className="dim">{hidden} selected hidden by the filter</span> : null}
        </div>
      ) : null}
      <Button kind="quiet" size="small" disabled={shownAble.length === 0} onClick={flipAll}>
        {all ? 'None' : 'All'}
      </Button>
    </fieldset>
  );
}

const none: never[] = [];

/**
 * The state of a dialog's host chooser: the offered hosts, and the chosen ones in the order of `hostIds`.
 *
 * @param initial the hosts that are chosen at first, of those that can do the action; by default all. A single host is
 * always chosen: the dialog does not ask for it.
 */
export function useChosenHosts(
  hostIds: readonly HostId[],
  ability: HostAction,
  initial: (able: readonly HostSummary[]) => readonly HostId[] = (able) => able.map(({ id }) => id),
) {
  const { whyNot } = useWhyNot();
  const hosts = (useConsolePart((state) => state.hosts) ?? none).filter(({ id }) => hostIds.includes(id));
  const [wanted, setWanted] = useState<ReadonlySet<HostId>>(
    () => new Set(hosts.length === 1 ? hostIds : initial(hosts.filter((host) => !whyNot(host, ability)))),
  );
  const chosen = useMemo(() => hostIds.filter((id) => wanted.has(id)), [hostIds, wanted]);
  return { hosts, wanted, setWanted, chosen };
}

/** `useChosenHosts` for a dialog that works on the hosts of one cloud at a time. */
export function useChosenHostsOfCloud(
  hostIds: readonly HostId[],
  ability: HostAction,
  chosenFirst: readonly HostId[] | undefined,
) {
  const { hosts: all, wanted, setWanted } = useChosenHosts(hostIds, ability, chosenFirst && (() => chosenFirst));
  const clouds = (useConsolePart((state) => state.clouds) ?? none).filter(({ id }) =>
    all.some(({ cloudId }) => cloudId === id),
  );
  const [cloudId, setCloudId] = useState(clouds[0]?.id ?? '');
  const hosts = all.filter((host) => host.cloudId === cloudId);
  const chosen = hosts.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
  return { clouds, cloudId, setCloudId, hosts, wanted, setWanted, chosen };
}
