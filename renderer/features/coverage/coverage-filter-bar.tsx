import { type ReactNode, useId } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import { Button } from '../../components/button.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { type Grouping, isGrouping } from './coverage-columns.ts';
import {
  type CoverageFilter,
  countConditions,
  type FilterChip,
  filterChips,
  type filterOptions,
  noFilter,
} from './coverage-filter.ts';
import classes from './coverage-tab.module.css';

type Props = { filter: CoverageFilter; onFilter: (change: (before: CoverageFilter) => CoverageFilter) => void };
type BarProps = Props & { counts: Record<FilterChip, number>; children: ReactNode };
type ConditionProps = Props & {
  options: ReturnType<typeof filterOptions>;
  goldenSets: readonly { id: string; name: string }[];
};

const chipTitles: Record<FilterChip, string> = {
  missing: 'Missing on any reachable host',
  cached: 'Cached on any reachable host',
  orphan: 'Cached, but deleted from Glance',
};
const chipNames: Record<FilterChip, string> = {
  missing: 'Missing',
  cached: 'Cached',
  orphan: 'Orphans',
};

/** The fields that choose which images the grid shows: the text and the chips, with the children between them. */
export function CoverageFilterBar({ filter, onFilter, counts, children }: BarProps) {
  const toggle = (chip: FilterChip) =>
    onFilter((before) => ({
      ...before,
      chips: before.chips.includes(chip) ? before.chips.filter((each) => each !== chip) : [...before.chips, chip],
    }));
  return (
    <>
      <FilterField
        label="Filter images"
        value={filter.text}
        onChange={(text) => onFilter((before) => ({ ...before, text }))}
        width={180}
      />
      {children}
      {filterChips.map((chip) => (
        <button
          key={chip}
          type="button"
          className="chip"
          title={chipTitles[chip]}
          aria-pressed={filter.chips.includes(chip)}
          disabled={counts[chip] === 0 && !filter.chips.includes(chip)}
          onClick={() => toggle(chip)}
        >
          {chipNames[chip]} <b>{formatCount(counts[chip])}</b>
        </button>
      ))}
      {countConditions(filter) > 0 ? (
        <Button kind="quiet" onClick={() => onFilter(() => noFilter)}>
          Show all
        </Button>
      ) : null}
    </>
  );
}

/** The conditions on the catalog's data of an image. */
export function CoverageConditions({ filter, onFilter, options, goldenSets }: ConditionProps) {
  const id = useId();
  const set = (change: Partial<CoverageFilter>) => onFilter((before) => ({ ...before, ...change }));
  return (
    <>
      <ConditionSelect
        label="Tag"
        value={filter.tag}
        onChange={(tag) => set({ tag })}
        choices={options.tags.map((tag) => ({ value: tag, name: tag }))}
      />
      <input
        className={`plain-input ${classes.property}`}
        aria-label="Property, such as os_distro=ubuntu"
        placeholder="key=value"
        list={`${id}-properties`}
        value={filter.property}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => set({ property: event.target.value })}
      />
      <datalist id={`${id}-properties`}>
        {options.properties.map((property) => (
          <option key={property} value={property} />
        ))}
      </datalist>
      <ConditionSelect
        label="Visibility"
        value={filter.visibility}
        onChange={(visibility) => set({ visibility })}
        choices={options.visibilities.map((visibility) => ({ value: visibility, name: visibility }))}
      />
      <ConditionSelect
        label="Golden"
        value={filter.golden}
        onChange={(golden) => set({ golden })}
        choices={[
          { value: 'any', name: 'in any set' },
          { value: 'none', name: 'in no set' },
          ...goldenSets.map(({ id, name }) => ({ value: id, name })),
        ]}
      />
    </>
  );
}

/** Chooses how the host columns are grouped. */
export function GroupSelect({ grouping, onGroup }: { grouping: Grouping; onGroup: (grouping: Grouping) => void }) {
  return (
    <label className={classes.groupSelect}>
      <span className="dim">Group hosts by</span>
      <select
        className="plain-select"
        value={grouping}
        onChange={({ target: { value } }) => onGroup(isGrouping(value) ? value : 'none')}
      >
        <option value="none">nothing</option>
        <option value="cloud">cloud</option>
        <option value="region">region</option>
        <option value="label">label</option>
      </select>
    </label>
  );
}

type ConditionSelectProps = {
  label: string;
  value: string;
  choices: readonly { value: string; name: string }[];
  onChange: (value: string) => void;
};

/** A condition with a few values. The chosen value stays in the list even if no image has it any more. */
function ConditionSelect({ label, value, choices, onChange }: ConditionSelectProps) {
  const isMissing = value !== '' && !choices.some((choice) => choice.value === value);
  return (
    <select
      className={`plain-select ${classes.select}`}
      aria-label={label}
      value={value}
      data-set={value !== '' || undefined}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{`${label}: any`}</option>
      {isMissing ? <option value={value}>{`${label}: ${value}`}</option> : null}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {`${label}: ${choice.name}`}
        </option>
      ))}
    </select>
  );
}
