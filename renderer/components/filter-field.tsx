import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useRef } from 'react';
import { useShortcuts } from '../lib/shortcuts.ts';
import classes from './filter-field.module.css';
import { Key } from './key.tsx';

type Props = { label: string; value: string; onChange: (value: string) => void; width?: number };

/** The field that filters a table. `/` goes to it, the arrow down from it to the rows, Escape empties and then leaves it. */
export function FilterField({ label, value, onChange, width = 300 }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts('Filter', [{ keys: '/', label, run: () => field.current?.select() }]);
  return (
    <div className={classes.field} style={{ flexBasis: width }}>
      <IconSearch size={14} aria-hidden="true" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (value === '') event.currentTarget.blur();
            else onChange('');
            event.preventDefault();
          }
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          document.querySelector<HTMLElement>('[data-row-focus][tabindex="0"]')?.focus();
        }}
      />
      {value === '' ? <Key keys="/" /> : null}
    </div>
  );
}
