import { useId } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { MethodName } from '../../../electron/contract/hosts.ts';
import classes from './maintenance-methods.module.css';

export type MaintenanceKind = 'prune' | 'clean' | 'prefetch';

const programs: Record<MaintenanceKind, string> = {
  prune: 'glance-cache-pruner',
  clean: 'glance-cache-cleaner',
  prefetch: 'glance-cache-prefetcher',
};

function methodLabel(kind: MaintenanceKind, method: MethodName): string {
  return {
    native: 'Cache API',
    ssh: `${programs[kind]} over SSH`,
    delete: 'Delete individually',
    read: 'Download through host',
  }[method];
}

const descriptions: Record<MaintenanceKind, Partial<Record<MethodName, string>>> = {
  prune: {
    native: 'The host prunes to its configured limit. The preview is an estimate.',
    ssh: 'Runs glance-cache-pruner on the host, which prunes to the host’s configured limit.',
    delete:
      'The console deletes exactly these images one by one until the cache is within the limit that you set. An image that is accessed meanwhile is kept.',
  },
  clean: {
    native: 'The host deletes its invalid and stalled files.',
    ssh: 'Runs glance-cache-cleaner on the host.',
  },
  prefetch: {
    ssh: 'Runs glance-cache-prefetcher on the host, which fetches all queued images. It is broken in several releases; the console checks this first.',
    read: 'The console downloads each queued image through the host, one at a time, and discards it. The host caches it.',
  },
};

type Props = {
  host: HostSummary;
  kind: MaintenanceKind;
  /** Null if the host supports no method. */
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
            {methodLabel(kind, option.method)}
            <span className="target-reason">
              {option.usable ? descriptions[kind][option.method] : `${option.reason} ${option.remedy}`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The method of a host in a table row: a choice if the host supports several, otherwise a text. */
export function MethodSelect({ host, kind, chosen, onChoose }: Props) {
  const usable = host.maintenance[kind].filter((option) => option.usable);
  if (chosen === null) return <span className="faint">–</span>;
  if (usable.length < 2) return <span className="dim">{methodLabel(kind, chosen)}</span>;
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
          {methodLabel(kind, method)}
        </option>
      ))}
    </select>
  );
}
