import { NativeSelect, Popover } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { maxDays } from '../../../electron/contract/images.ts';
import { formatSize, parseSize } from '../../../electron/contract/units.ts';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import classes from './waste.module.css';
import { describeScope } from './waste-text.ts';

type Props = { conditions: WasteConditions; onChange: (change: Partial<WasteConditions>) => void };

const count = (value: number) => String(value);
const parseDays = wholeNumber(1, maxDays);
const parseDaysOrZero = wholeNumber(0, maxDays);
const parseHits = wholeNumber(0, 999_999_999);
const parseBytes = (text: string) => {
  const bytes = parseSize(text);
  return bytes === undefined || bytes < 1 ? undefined : bytes;
};

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
            <ParsedField
              label="Days in the cache without a hit"
              width={46}
              required
              value={neverHitDays}
              parse={parseDaysOrZero}
              format={count}
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
            <ParsedField
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
      <span className={`${classes.condition} ${classes.separated}`}>
        at least
        <ParsedField
          label="Smallest size"
          width={82}
          placeholder="any size"
          value={minBytes}
          parse={parseBytes}
          format={formatSize}
          onChange={(bytes) => onChange({ minBytes: bytes })}
        />
      </span>
      <span className={classes.condition}>
        at most
        <ParsedField
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
        also golden
      </label>
    </fieldset>
  );
}

type ParsedFieldProps<Value> = {
  label: string;
  value: Value | null;
  /** Parses the text; undefined if it is not valid. */
  parse: (text: string) => Value | undefined;
  format: (value: Value) => string;
  /** Called with each valid value, and with null for an empty field. */
  onChange: (value: Value | null) => void;
  placeholder?: string;
  width?: number;
  /** An empty field is invalid. */
  required?: boolean;
};

/** A short text field for a parsed value. Invalid text is marked and ignored. */
function ParsedField<Value>(props: ParsedFieldProps<Value>) {
  const { label, value, parse, format, onChange, placeholder, width = 60, required = false } = props;
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (value === null ? '' : format(value));
  const empty = text.trim() === '';
  const invalid = empty ? required : parse(text) === undefined;
  return (
    <input
      className={`plain-input ${classes.parsedField}`}
      style={{ width }}
      aria-label={label}
      aria-invalid={invalid}
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

/** Returns a parser for whole numbers within bounds; other text is undefined. */
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

/** Chooses the hosts that the filter covers: all, those of clouds, with labels, or single ones. */
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
  const toggle = (part: keyof Scope, id: string) => {
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
      <Popover.Dropdown role="dialog" aria-label="Hosts meant">
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
