import { NativeSelect, Popover } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { maxDays } from '../../../electron/contract/images.ts';
import { formatSize, parseSize } from '../../../electron/contract/sizes.ts';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { NumberField, type Reading, wholeNumber } from '../../components/forms/number-field.tsx';
import { HostChooser } from '../../components/hosts/host-chooser.tsx';
import classes from './waste.module.css';
import { describeScope } from './waste-text.ts';

type Props = { conditions: WasteConditions; onChange: (change: Partial<WasteConditions>) => void };

const readDays = wholeNumber(1, maxDays);
const readDaysOrZero = wholeNumber(0, maxDays);
const readHits = wholeNumber(0, 999_999_999);

function readBytes(text: string): Reading {
  const number = parseSize(text);
  return number === undefined || number < 1 ? { kind: 'problem', message: 'Not a size.' } : { kind: 'number', number };
}

/** The fields for the conditions of the current filter. */
export function WasteConditionsBar({ conditions, onChange }: Props) {
  const { match, orphan, neverHitDays, idleDays, minBytes, maxHits, golden } = conditions;
  // A condition that is switched on again gets its last value.
  const last = useRef({ neverHitDays: 1, idleDays: 30 });
  const { cloudIds, labels, hostIds } = conditions;
  return (
    <fieldset className={`plain-fieldset ${classes.conditions}`}>
      <legend className="hidden-text">Conditions</legend>
      <NativeSelect
        className={classes.match}
        aria-label="How the conditions are combined"
        value={match}
        data={[
          { value: 'any', label: 'Any of' },
          { value: 'all', label: 'All of' },
        ]}
        onChange={({ currentTarget }) => onChange({ match: currentTarget.value === 'all' ? 'all' : 'any' })}
      />
      <label className={classes.condition}>
        <input
          type="checkbox"
          className="check"
          checked={orphan}
          onChange={({ currentTarget }) => onChange({ orphan: currentTarget.checked })}
        />
        orphan
      </label>
      <span className={classes.condition}>
        <label>
          <input
            type="checkbox"
            className="check"
            checked={neverHitDays !== null}
            onChange={({ currentTarget }) => {
              if (neverHitDays !== null) last.current.neverHitDays = neverHitDays;
              onChange({ neverHitDays: currentTarget.checked ? last.current.neverHitDays : null });
            }}
          />
          never hit
        </label>
        {neverHitDays === null ? null : (
          <>
            {' after'}
            <NumberField
              aria-label="Days in the cache without a hit"
              w={46}
              value={neverHitDays}
              read={readDaysOrZero}
              onChange={(days) => onChange({ neverHitDays: days })}
            />
            d
          </>
        )}
      </span>
      <span className={classes.condition}>
        <label>
          <input
            type="checkbox"
            className="check"
            checked={idleDays !== null}
            onChange={({ currentTarget }) => {
              if (idleDays !== null) last.current.idleDays = idleDays;
              onChange({ idleDays: currentTarget.checked ? last.current.idleDays : null });
            }}
          />
          idle
        </label>
        {idleDays === null ? null : (
          <>
            {' for'}
            <NumberField
              aria-label="Days without a read"
              w={46}
              value={idleDays}
              read={readDays}
              onChange={(days) => onChange({ idleDays: days })}
            />
            d
          </>
        )}
      </span>
      <span className={`${classes.condition} ${classes.separated}`}>
        at least
        <NumberField
          aria-label="Smallest size"
          w={82}
          placeholder="any size"
          value={minBytes}
          inputMode="text"
          read={readBytes}
          format={formatSize}
          onChange={(bytes) => onChange({ minBytes: bytes })}
          onEmpty={() => onChange({ minBytes: null })}
        />
      </span>
      <span className={classes.condition}>
        at most
        <NumberField
          aria-label="Most hits"
          w={52}
          placeholder="any"
          value={maxHits}
          read={readHits}
          onChange={(hits) => onChange({ maxHits: hits })}
          onEmpty={() => onChange({ maxHits: null })}
        />
        hits
      </span>
      <span className={classes.condition}>
        on <ScopeField scope={{ cloudIds, labels, hostIds }} onChange={onChange} />
      </span>
      <label className={classes.condition}>
        <input
          type="checkbox"
          className="check"
          checked={golden}
          onChange={({ currentTarget }) => onChange({ golden: currentTarget.checked })}
        />
        Include golden images
      </label>
    </fieldset>
  );
}

type Scope = Pick<WasteConditions, 'cloudIds' | 'labels' | 'hostIds'>;
type ScopeFieldProps = { scope: Scope; onChange: (scope: Scope) => void };
type Choice = { id: string; name: string };

const none: never[] = [];
const everywhere: Scope = { cloudIds: [], labels: [], hostIds: [] };

/** Chooses the hosts that the filter covers: all, those of clouds, with labels, or single ones. */
function ScopeField({ scope, onChange }: ScopeFieldProps) {
  const [opened, setOpened] = useState(false);
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const hosts: readonly HostSummary[] = useConsolePart((state) => state.hosts) ?? none;
  const labels = useMemo(() => [...new Set(hosts.flatMap((host) => host.labels))].sort(), [hosts]);
  const names = useMemo(() => new Map([...clouds, ...hosts].map(({ id, name }) => [id, name])), [clouds, hosts]);
  const groups: { part: 'cloudIds' | 'labels'; name: string; choices: Choice[] }[] = [
    { part: 'cloudIds', name: 'Clouds', choices: clouds.length > 1 ? clouds : none },
    { part: 'labels', name: 'Labels', choices: labels.map((label) => ({ id: label, name: label })) },
  ];
  const toggle = (part: 'cloudIds' | 'labels', id: string) => {
    const chosen = scope[part];
    onChange({ ...scope, [part]: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id] });
  };
  const text = describeScope(scope, names);
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
          className={`cut ${classes.scopeButton}`}
          onClick={() => setOpened((before) => !before)}
        >
          {text} <span aria-hidden="true">▾</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Hosts">
        <div className={classes.scope}>
          {groups.map(({ part, name, choices }) =>
            choices.length === 0 ? null : (
              <fieldset key={part} className="plain-fieldset">
                <legend className="dim">{name}</legend>
                <div className={classes.scopeChoices}>
                  {choices.map((choice) => (
                    <button
                      key={choice.id}
                      type="button"
                      className="chip"
                      aria-pressed={scope[part].includes(choice.id)}
                      onClick={() => toggle(part, choice.id)}
                    >
                      {choice.name}
                    </button>
                  ))}
                </div>
              </fieldset>
            ),
          )}
          <HostChooser
            stacked
            hosts={hosts}
            legend={scope.hostIds.length === 0 ? 'Hosts' : undefined}
            chosen={new Set(scope.hostIds)}
            onChange={(chosen) => onChange({ ...scope, hostIds: [...chosen] })}
          />
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
