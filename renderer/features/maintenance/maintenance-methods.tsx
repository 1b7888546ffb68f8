import { useId } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { RungName } from '../../../electron/contract/hosts.ts';

export type MaintenanceKind = 'prune' | 'clean' | 'prefetch';

const names: Record<RungName, string> = {
  native: 'By its own API',
  ssh: 'By its own program, over ssh',
  delete: 'By deletion',
  read: 'By reading',
};
const meanings: Record<MaintenanceKind, Partial<Record<RungName, string>>> = {
  prune: {
    native: 'The host prunes itself, down to the limit that it has itself. What goes is known beforehand only roughly.',
    ssh: 'Runs glance-cache-pruner on the host, which goes down to the limit that the host has itself.',
    delete:
      'The console deletes just these images, one by one, until within the limit that you stated. One that is accessed meanwhile stays.',
  },
  clean: {
    native: 'The host removes its invalid and stalled files itself.',
    ssh: 'Runs glance-cache-cleaner on the host.',
  },
  prefetch: {
    ssh: 'Runs glance-cache-prefetcher on the host, which fetches all that is queued there. Several releases have one that does not work; that is asked first.',
    read: 'The console downloads each queued image through the host, one after another, and throws it away: the host caches what passes through it.',
  },
};

/** A way of maintaining a host, by name: `By deletion`. */
export function methodLabel(rung: RungName): string {
  return names[rung];
}

/** What taking that way means. */
export function methodDescription(kind: MaintenanceKind, rung: RungName): string {
  return meanings[kind][rung] ?? '';
}

type Props = { host: HostSummary; kind: MaintenanceKind; taken: RungName | null; onTake: (rung: RungName) => void };

/** The ways of one host, best first, each with what it means; those that cannot be taken with the reason. */
export function MethodChoice({ host, kind, taken, onTake }: Props) {
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
            {methodLabel(way.rung)}
            <span className="target-reason">
              {way.usable ? methodDescription(kind, way.rung) : `${way.reason} ${way.remedy}`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The same on a row: a choice only where there are several that can be taken. */
export function MethodSelect({ host, kind, taken, onTake }: Props) {
  const usable = host.maintenance[kind].filter((way) => way.usable);
  if (usable.length < 2 || taken === null) {
    return taken === null ? <span className="faint">–</span> : <span className="dim">{methodLabel(taken)}</span>;
  }
  return (
    <select
      className="plain-select way-select"
      aria-label={`How ${host.name} is ${{ prune: 'pruned', clean: 'cleaned', prefetch: 'prefetched' }[kind]}`}
      title={methodDescription(kind, taken)}
      value={taken}
      onChange={(event) => {
        const chosen = usable.find(({ rung }) => rung === event.target.value);
        if (chosen) onTake(chosen.rung);
      }}
    >
      {usable.map(({ rung }) => (
        <option key={rung} value={rung}>
          {methodLabel(rung)}
        </option>
      ))}
    </select>
  );
}
