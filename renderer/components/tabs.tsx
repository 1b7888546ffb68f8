import { Tabs as MantineTabs } from '@mantine/core';
import { type ReactNode, useId } from 'react';

type Tab = {
  id: string;
  label: string;
  /** Shown beside the label, for instance a count. It is not part of the tab's name. */
  note?: string;
  /** The note in words, as the tab's description. */
  noteWords?: string;
  panel: () => ReactNode;
};
type Props = { label: string; tabs: readonly Tab[]; current: string; onChange: (id: string) => void };

/** Tabs, and the panel of the current one; the first is current if none has the id. */
export function Tabs({ label, tabs, current, onChange }: Props) {
  const base = useId();
  const shown = tabs.find(({ id }) => id === current) ?? tabs[0];
  return (
    <MantineTabs value={shown?.id ?? null} onChange={(id) => id !== null && onChange(id)}>
      <MantineTabs.List aria-label={label}>
        {tabs.map(({ id, label, note, noteWords }) => (
          <MantineTabs.Tab key={id} value={id} aria-describedby={noteWords ? `${base}-${id}` : undefined}>
            {label}{' '}
            {note ? (
              <span className="dim" aria-hidden="true">
                {note}
              </span>
            ) : null}
            {noteWords ? (
              <span id={`${base}-${id}`} hidden>
                {noteWords}
              </span>
            ) : null}
          </MantineTabs.Tab>
        ))}
      </MantineTabs.List>
      {shown ? <MantineTabs.Panel value={shown.id}>{shown.panel()}</MantineTabs.Panel> : null}
    </MantineTabs>
  );
}
