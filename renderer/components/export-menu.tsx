import { Menu } from '@mantine/core';
import { useEffect } from 'react';
import { plural } from '../../electron/contract/counts.ts';
import { type ExportColumn, toCsv, toJson, toTabs } from '../lib/csv.ts';
import { notify, notifyFailure } from '../lib/notify.ts';
import { isTyping } from '../lib/shortcuts.ts';
import { Button } from './button.tsx';

type Props<Row> = {
  /** The content of the rows, for the file's name: `glance-03 cached images`. */
  what: string;
  columns: readonly ExportColumn<Row>[];
  shown: readonly Row[];
  chosen: readonly Row[];
};

/** Exports the selected rows, or all rows shown if none is selected. Ctrl/Cmd-C copies the selected rows. */
export function ExportMenu<Row>({ what, columns, shown, chosen }: Props<Row>) {
  const rows = chosen.length > 0 ? chosen : shown;
  const which = `${plural(rows.length, 'row')} ${chosen.length > 0 ? 'selected' : 'shown'}`;

  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (chosen.length === 0 || isTyping(target) || window.getSelection()?.isCollapsed === false) return;
      if (document.querySelector('[aria-modal="true"]')) return;
      event.preventDefault();
      event.clipboardData?.setData('text/plain', toTabs(columns, chosen));
      notify(`${plural(chosen.length, 'row')} copied`);
    };
    document.addEventListener('copy', onCopy);
    return () => document.removeEventListener('copy', onCopy);
  }, [columns, chosen]);

  const copy = () => {
    navigator.clipboard
      .writeText(toTabs(columns, rows))
      .then(() => notify(`${plural(rows.length, 'row')} copied`), notifyFailure);
  };
  return (
    <Menu>
      <Menu.Target>
        <Button disabled={rows.length === 0}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{which}</Menu.Label>
        <Menu.Item onClick={() => saveFile(fileName(what, 'csv', new Date()), 'text/csv', toCsv(columns, rows))}>
          CSV file
        </Menu.Item>
        <Menu.Item
          onClick={() => saveFile(fileName(what, 'json', new Date()), 'application/json', toJson(columns, rows))}
        >
          JSON file
        </Menu.Item>
        <Menu.Item onClick={copy}>Copy as text</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Downloads a text as a file. */
export function saveFile(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The name of an exported file, with the date: `glance-03 cached images 2026-11-22.csv`. */
export function fileName(what: string, ending: string, now: Date): string {
  const safe = what.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-');
  return `${safe} ${now.toISOString().slice(0, 10)}.${ending}`;
}
