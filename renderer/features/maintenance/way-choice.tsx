import { useId } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { RungName } from '../../../electron/contract/hosts.ts';
import { type MaintenanceKind, rungLabel, rungMeaning } from './rung-words.ts';

type Props = { host: HostSummary; kind: MaintenanceKind; taken: RungName | null; onTake: (rung: RungName) => void };

/** The ways of one host, best first, each with what it means; those that cannot be taken with the reason. */
export function WayChoice({ host, kind, taken, onTake }: Props) {
  const id = useId();
  return (
    <fieldset className="choices ways">
      <legend className="dim">How</legend>
      {host.maintenance[kind].map((way) => (
        <label key={way.rung} data-off={!way.usable || undefined}>
          <input
            type="radio"
            name={id}
            checked={way.rung === taken}
            aria-disabled={!way.usable || undefined}
            onChange={() => {
              if (way.usable) onTake(way.rung);
            }}
          />
          <span>
            {rungLabel(way.rung)}
            <span className="target-reason">
              {way.usable ? rungMeaning(kind, way.rung) : `${way.reason} ${way.remedy}`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The same on a row: a choice only where there are several that can be taken. */
export function WaySelect({ host, kind, taken, onTake }: Props) {
  const usable = host.maintenance[kind].filter((way) => way.usable);
  if (usable.length < 2 || taken === null) {
    return taken === null ? <span className="faint">–</span> : <span className="dim">{rungLabel(taken)}</span>;
  }
  return (
    <select
      className="plain-select way-select"
      aria-label={`How ${host.name} is ${{ prune: 'pruned', clean: 'cleaned', prefetch: 'prefetched' }[kind]}`}
      title={rungMeaning(kind, taken)}
      value={taken}
      onChange={(event) => {
        const chosen = usable.find(({ rung }) => rung === event.target.value);
        if (chosen) onTake(chosen.rung);
      }}
    >
      {usable.map(({ rung }) => (
        <option key={rung} value={rung}>
          {rungLabel(rung)}
        </option>
      ))}
    </select>
  );
}
