import type { ClipboardEvent, ReactNode } from 'react';
import classes from './filter-field.module.css';

type Props = {
  label: string;
  /** As the label, where it is left out. */
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  onPaste?: (event: ClipboardEvent) => void;
  children?: ReactNode;
};

/** The search above a dialog's table; the arrow down goes to the rows. What stands beside it are its children. */
export function TableSearch({ label, placeholder = label, value, onChange, onPaste, children }: Props) {
  return (
    <div className="toolbar">
      <div className={`${classes.field} grow`}>
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
            document.querySelector<HTMLElement>('.picker [data-row-focus]:not([tabindex="-1"])')?.focus();
          }}
        />
      </div>
      {children}
    </div>
  );
}
