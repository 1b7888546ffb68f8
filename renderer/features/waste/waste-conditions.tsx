import { NativeSelect, Popover } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { mostDays } from '../../../electron/contract/image-rules.ts';
import { formatSize, parseSize } from '../../../electron/contract/units.ts';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { describeScope } from './waste-text.ts';

type Props = { conditions: WasteConditions; onChange: (change: Partial<WasteConditions>) => void };

const count = (value: number) => String(value);
const parseDays = wholeNumber(1, mostDays);
const parseChance = wholeNumber(0, mostDays);
const parseHits = wholeNumber(0, 999_999_999);
const parseBytes = (text: string) => {
  const bytes = parseSize(text);
  return bytes === undefined || bytes < 1 ? undefined : bytes;
};

/** The conditions of the shown filter, to be changed in place. */
export function WasteConditionsBar({ conditions, onChange }: Props) {
  const { match, orphan, neverHitDays, idleDays, minBytes, maxHits, golden } = conditions;
  // What a condition was before it was switched off comes back with it.
  const last = useRef({ neverHitDays: 1, idleDays: 30 });
  const { cloudIds, labels, hostIds } = conditions;
  return (
    <fieldset className="plain-fieldset conditions">
      <legend className="hidden-text">Conditions</legend>
      <NativeSelect
        aria-label="How the conditions are combined"
        value={match}
        data={[
          { value: 'any', label: 'Any of' },
          { value: 'all', label: 'All of' },
        ]}
        onChange={({ currentTarget }) => onChange({ match: currentTarget.value === 'all' ? 'all' : 'any' })}
      />
      <label className="condition">
        <input
          type="checkbox"
          className="check"
          checked={orphan}
          onChange={({ currentTarget }) => onChange({ orphan: currentTarget.checked })}
        />
        orphan
      </label>
      <span className="condition">
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
            <CheckedField
              label="Days in the cache without a hit"
              width={46}
              required
              value={neverHitDays}
              parse={parseChance}
              format={count}
              onChange={(days) => onChange({ neverHitDays: days })}
            />
            d
          </>
        )}
      </span>
      <span className="condition">
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
            <CheckedField
              label="Days without a read"
              width={46}
              required
              value={idleDays}
              parse={parseDays}
              format={count}
              onChange={(days) => onChange({ idleDays: days })}
            />
            d
          </>
        )}
      </span>
      <span className="condition condition-also">
        at least
        <CheckedField
          label="Smallest size"
          width={82}
          placeholder="any size"
          value={minBytes}
          parse={parseBytes}
          format={formatSize}
          onChange={(bytes) => onChange({ minBytes: bytes })}
        />
      </span>
      <span className="condition">
        at most
        <CheckedField
          label="Most hits"
          width={52}
          placeholder="any"
          value={maxHits}
          parse={parseHits}
          format={count}
          onChange={(hits) => onChange({ maxHits: hits })}
        />
        hits
      </span>
      <span className="condition">
        on <ScopeField scope={{ cloudIds, labels, hostIds }} onChange={onChange} />
      </span>
      <label className="condition">
        <input
          type="checkbox"
          className="check"
          checked={golden}
          onChange={({ currentTarget }) => onChange({ golden: currentTarget.checked })}
        />
        also golden
      </label>
    </fieldset>
  );
}

type CheckedFieldProps<Value> = {
  label: string;
  value: Value | null;
  /** What was typed as a value; undefined where it is none. Nothing typed is null. */
  parse: (text: string) => Value | undefined;
  format: (value: Value) => string;
  /** Hears of what is a value, or nothing. */
  onChange: (value: Value | null) => void;
  placeholder?: string;
  width?: number;
  /** Where there has to be a value. */
  required?: boolean;
};

/** A short field whose text must be something; what is not is marked, and not taken. */
function CheckedField<Value>(props: CheckedFieldProps<Value>) {
  const { label, value, parse, format, onChange, placeholder, width = 60, required = false } = props;
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (value === null ? '' : format(value));
  const empty = text.trim() === '';
  const wrong = empty ? required : parse(text) === undefined;
  return (
    <input
      className="plain-input checked-field"
      style={{ width }}
      aria-label={label}
      aria-invalid={wrong}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onBlur={() => setTyped(undefined)}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        if (currentTarget.value.trim() === '') {
          if (!required) onChange(null);
          return;
        }
        const parsed = parse(currentTarget.value);
        if (parsed !== undefined) onChange(parsed);
      }}
    />
  );
}

/** A whole number within bounds; undefined for anything else. */
function wholeNumber(from: number, to: number): (text: string) => number | undefined {
  return (text) => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    return number >= from && number <= to ? number : undefined;
  };
}

type Scope = Pick<WasteConditions, 'cloudIds' | 'labels' | 'hostIds'>;
type ScopeFieldProps = { scope: Scope; onChange: (scope: Scope) => void };
type Choice = { id: string; name: string };

const none: never[] = [];
const everywhere: Scope = { cloudIds: [], labels: [], hostIds: [] };

/** Whose copies are meant: those of all hosts, of clouds, of hosts with a label, of single hosts. */
function ScopeField({ scope, onChange }: ScopeFieldProps) {
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
  const words = describeScope(scope, names);
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
