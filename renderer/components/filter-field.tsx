import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { type ClipboardEvent, type ReactNode, useRef } from 'react';
import { useShortcuts } from '../lib/shortcuts.ts';
import classes from './filter-field.module.css';
import { Key } from './keyboard-key.tsx';

type Props = { label: string; value: string; onChange: (value: string) => void; width?: number };

/** The text filter of a table. `/` focuses it, the arrow down moves to the rows, Escape clears it and then leaves it. */
export function FilterField({ label, value, onChange, width = 300 }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const focus = () => {
    field.current?.focus();
    field.current?.select();
  };
  useShortcuts('Filter', [{ keys: '/', label, run: focus }]);
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

type TableSearchProps = {
  label: string;
  /** The label, unless given. */
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  onPaste?: (event: ClipboardEvent) => void;
  children?: ReactNode;
};

/** The search field above the table of a dialog, with the children beside it. The arrow down moves to the rows. */
export function TableSearch({ label, placeholder = label, value, onChange, onPaste, children }: TableSearchProps) {
  return (
    <div className="toolbar">
      <div className={`${classes.field} ${classes.search}`}>
        <input
          type="search"
          aria-label={label}
          placeholder={placeholder}
          value={value}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          onPaste={onPaste}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            const parent = event.currentTarget.closest('.toolbar')?.parentElement;
            parent?.querySelector<HTMLElement>('[data-row-focus]:not([tabindex="-1"])')?.focus();
          }}
        />
      </div>
      {children}
    </div>
  );
}
