import { useId } from 'react';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import { Button } from '../../../components/button.tsx';
import { dotOf, StateDot } from '../../../components/state-dot.tsx';
import { plural } from '../../../lib/format.ts';
import type { SetText } from './draft.ts';

type Props = { text: SetText; hosts: readonly HostSummary[]; onChange: (part: Partial<SetText>) => void };

/** For which hosts a set is. */
export function HostsField({ text, hosts, onChange }: Props) {
  const name = useId();
  const ofCloud = hosts.filter(({ cloudId }) => cloudId === text.cloudId);
  const labels = [...new Set([...ofCloud.flatMap((host) => host.labels), ...text.labels])].sort();
  const kinds = [
    { kind: 'all', label: `All hosts of the cloud, also those to come`, note: plural(ofCloud.length, 'host') },
    {
      kind: 'labels',
      label: 'Those that have any of these labels',
      note: labels.length === 0 ? 'no host has a label' : '',
    },
    { kind: 'named', label: 'These hosts', note: text.hosts === 'named' ? `${text.hostIds.length} chosen` : '' },
  ] as const;
  const flip = (list: readonly string[], one: string) =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <fieldset className="plain-fieldset golden-part">
      <legend>Hosts</legend>
      <div className="choices">
        {kinds.map(({ kind, label, note }) => (
          <label key={kind}>
            <input type="radio" name={name} checked={text.hosts === kind} onChange={() => onChange({ hosts: kind })} />
            {label} <span className="dim">{note}</span>
          </label>
        ))}
      </div>
      {text.hosts === 'labels' ? (
        <div className="host-chips golden-chips">
          {labels.length === 0 ? (
            <span className="dim">Hosts are given labels in Settings, under each host.</span>
          ) : null}
          {labels.map((label) => (
            <button
              key={label}
              type="button"
              className="chip"
              aria-pressed={text.labels.includes(label)}
              onClick={() => onChange({ labels: flip(text.labels, label) })}
            >
              {label} <b>{ofCloud.filter((host) => host.labels.includes(label)).length}</b>
            </button>
          ))}
        </div>
      ) : null}
      {text.hosts === 'named' ? (
        <div className="row golden-chosen">
          <div className="host-chips golden-chips">
            {ofCloud.map((host) => (
              <button
                key={host.id}
                type="button"
                className="chip"
                aria-pressed={text.hostIds.includes(host.id)}
                onClick={() => onChange({ hostIds: flip(text.hostIds, host.id) })}
              >
                <StateDot state={dotOf(host)} />
                {host.name}
              </button>
            ))}
          </div>
          <Button
            kind="quiet"
            className="btn-small"
            onClick={() =>
              onChange({ hostIds: text.hostIds.length === ofCloud.length ? [] : ofCloud.map(({ id }) => id) })
            }
          >
            {text.hostIds.length === ofCloud.length ? 'None' : 'All'}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}
