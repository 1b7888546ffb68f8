import { Popover } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/live.ts';
import { Button } from '../../components/button.tsx';
import { scopeWords } from './words.ts';

type Scope = Pick<WasteConditions, 'cloudIds' | 'labels' | 'hostIds'>;
type Props = { scope: Scope; onChange: (scope: Scope) => void };
type Choice = { id: string; name: string };

const none: never[] = [];
const everywhere: Scope = { cloudIds: [], labels: [], hostIds: [] };

/** Whose copies are meant: those of all hosts, of clouds, of hosts with a label, of single hosts. */
export function ScopeField({ scope, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts: readonly HostSummary[] = useConsolePart((state) => state.hosts) ?? none;
  const labels = useMemo(() => [...new Set(hosts.flatMap((host) => host.labels))].sort(), [hosts]);
  const names = useMemo(() => new Map([...clouds, ...hosts].map(({ id, name }) => [id, name])), [clouds, hosts]);
  const groups: { part: keyof Scope; name: string; choices: Choice[] }[] = [
    { part: 'cloudIds', name: 'Clouds', choices: clouds.length > 1 ? clouds : none },
    { part: 'labels', name: 'Labels', choices: labels.map((label) => ({ id: label, name: label })) },
    { part: 'hostIds', name: 'Hosts', choices: [...hosts] },
  ];
  const flip = (part: keyof Scope, id: string) => {
    const chosen = scope[part];
    onChange({ ...scope, [part]: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id] });
  };
  const words = scopeWords(scope, names);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={420}
      withRoles={false}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          aria-haspopup="dialog"
          aria-expanded={opened}
          className="cut scope-button"
          onClick={() => setOpened((before) => !before)}
        >
          {words} <span aria-hidden="true">▾</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Hosts meant">
        <div className="scope">
          {groups.map(({ part, name, choices }) =>
            choices.length === 0 ? null : (
              <fieldset key={part} className="plain-fieldset">
                <legend className="dim">{name}</legend>
                <div className="scope-choices">
                  {choices.map((choice) => (
                    <button
                      key={choice.id}
                      type="button"
                      className="chip"
                      aria-pressed={scope[part].includes(choice.id)}
                      onClick={() => flip(part, choice.id)}
                    >
                      {choice.name}
                    </button>
                  ))}
                </div>
              </fieldset>
            ),
          )}
          <div className="row">
            <Button kind="quiet" onClick={() => onChange(everywhere)}>
              All hosts
            </Button>
            <span className="grow" />
            <Button onClick={() => setOpened(false)}>Done</Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
