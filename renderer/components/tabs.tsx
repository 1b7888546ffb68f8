import { type KeyboardEvent, type ReactNode, useId } from 'react';
import './tabs.css';

type Tab = { id: string; label: string; note?: string; noteWords?: string; panel: () => ReactNode };
type Props = { label: string; tabs: readonly Tab[]; current: string; onChange: (id: string) => void };

/** Tabs whose names are just their names; what a tab holds is described beside it. Arrows move between them. */
export function Tabs({ label, tabs, current, onChange }: Props) {
  const base = useId();
  const shown = tabs.find(({ id }) => id === current) ?? tabs[0];
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !shown) return;
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <>
      <div className="tab-list" role="tablist" aria-label={label}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            className="tab"
            aria-selected={tab === shown}
            aria-controls={tab === shown ? `${base}-panel` : undefined}
            aria-describedby={tab.noteWords ? `${base}-${tab.id}-note` : undefined}
            tabIndex={tab === shown ? 0 : -1}
            onKeyDown={onKeyDown}
            onClick={() => onChange(tab.id)}
          >
            {tab.label}{' '}
            {tab.note ? (
              <span className="dim" aria-hidden="true">
                {tab.note}
              </span>
            ) : null}
            {tab.noteWords ? (
              <span id={`${base}-${tab.id}-note`} hidden>
                {tab.noteWords}
              </span>
            ) : null}
          </button>
        ))}
      </div>
      {shown ? (
        <div className="tab-panel" role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${shown.id}`}>
          {shown.panel()}
        </div>
      ) : null}
    </>
  );
}
