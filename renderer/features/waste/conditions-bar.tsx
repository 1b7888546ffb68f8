import { NativeSelect } from '@mantine/core';
import { useRef } from 'react';
import { mostDays } from '../../../electron/contract/image-rules.ts';
import { formatSize, parseSize } from '../../../electron/contract/units.ts';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { CheckedField, wholeNumber } from './checked-field.tsx';
import { ScopeField } from './scope-field.tsx';

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
export function ConditionsBar({ conditions, onChange }: Props) {
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
