import { useId } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { MethodName } from '../../../electron/contract/hosts.ts';
import classes from './maintenance-methods.module.css';

export type MaintenanceKind = 'prune' | 'clean' | 'prefetch';

const labels: Record<MethodName, string> = {
  native: 'By its own API',
  ssh: 'By its own program, over ssh',
  delete: 'By deletion',
  read: 'By reading',
};
const descriptions: Record<MaintenanceKind, Partial<Record<MethodName, string>>> = {
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

type Props = {
  host: HostSummary;
  kind: MaintenanceKind;
  /** Null where the host supports no method. */
  chosen: MethodName | null;
  onChoose: (method: MethodName) => void;
};

/** The methods of a host, best first, each with what it does or with the reason why it cannot be used. */
export function MethodChoice({ host, kind, chosen, onChoose }: Props) {
  const id = useId();
  return (
    <fieldset className={`choices ${classes.methods}`}>
      <legend className="dim">How</legend>
      {host.maintenance[kind].map((option) => (
        <label key={option.method} data-off={!option.usable || undefined}>
          <input
            type="radio"
            name={id}
            checked={option.method === chosen}
            aria-disabled={!option.usable || undefined}
            onChange={() => {
              if (option.usable) onChoose(option.method);
            }}
          />
          <span>
            {labels[option.method]}
            <span className="target-reason">
              {option.usable ? descriptions[kind][option.method] : `${option.reason} ${option.remedy}`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The method of a host in a table row: a choice where the host supports several, else a text. */
export function MethodSelect({ host, kind, chosen, onChoose }: Props) {
  const usable = host.maintenance[kind].filter((option) => option.usable);
  if (chosen === null) return <span className="faint">–</span>;
  if (usable.length < 2) return <span className="dim">{labels[chosen]}</span>;
  return (
    <select
      className={`plain-select ${classes.select}`}
      aria-label={`How ${host.name} is ${{ prune: 'pruned', clean: 'cleaned', prefetch: 'prefetched' }[kind]}`}
      title={descriptions[kind][chosen]}
      value={chosen}
      onChange={(event) => {
        const option = usable.find(({ method }) => method === event.target.value);
        if (option) onChoose(option.method);
      }}
    >
      {usable.map(({ method }) => (
        <option key={method} value={method}>
          {labels[method]}
        </option>
      ))}
    </select>
  );
}
