import { Menu } from '@mantine/core';
import IconColumns from '@tabler/icons-react/dist/esm/icons/IconColumns3.mjs';
import { type KeyboardEvent, useId } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import { noChoices, orderColumns, placeColumn, resizeColumn, toggleColumn } from './column-choices.ts';
import { isAlwaysShown } from './column-layout.ts';
import classes from './columns-menu.module.css';
import type { Column } from './table-columns.ts';
import type { TableColumns } from './use-column-layout.ts';

type Props<Row> = {
  columns: readonly Column<Row>[];
  state: TableColumns<Row>;
  opened: boolean;
  onOpened: (opened: boolean) => void;
};

/** The menu that shows, hides, moves and resizes the columns of a table, and lists those hidden for lack of space. */
export function ColumnsMenu<Row>({ columns, state, opened, onOpened }: Props<Row>) {
  const { choices, onChoices, layout } = state;
  const noteId = useId();
  const { squeezed } = layout;
  const note = squeezed.length > 0 ? `${plural(squeezed.length, 'column')} hidden` : '';
  const ordered = orderColumns(columns, choices.order);
  return (
    <Menu opened={opened} onChange={onOpened} closeOnItemClick={false} width={250}>
      <Menu.Target>
        <button
          type="button"
          className={classes.button}
          aria-label="Columns"
          aria-describedby={note ? noteId : undefined}
          title={note ? `Columns (${note})` : 'Columns'}
        >
          <IconColumns size={15} aria-hidden="true" />
          {note ? (
            <span id={noteId} hidden>
              {note}
            </span>
          ) : null}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {note ? <Menu.Label>{note}: the table is too narrow.</Menu.Label> : null}
        {ordered.map((column) => {
          const { id, header } = column;
          const fixed = isAlwaysShown(columns, column);
          const shown = fixed || !choices.off.includes(id);
          return (
            <Menu.CheckboxItem
              key={id}
              checked={shown}
              aria-disabled={fixed || undefined}
              onChange={() => {
                if (!fixed) onChoices(toggleColumn(choices, id));
              }}
              onKeyDown={(event) => onColumnKey(event, state, columns, id)}
              rightSection={squeezed.includes(column) ? <span className="dim">hidden</span> : null}
            >
              {header}
            </Menu.CheckboxItem>
          );
        })}
        <Menu.Divider />
        <Menu.Item onClick={() => onChoices(noChoices)}>Reset columns</Menu.Item>
        <Menu.Label>
          Ctrl+Shift and an arrow key moves a column, Shift and an arrow key resizes it. Drag a heading to move it, or
          its edge to resize it.
        </Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Pixels by which a key makes a column wider. */
export const widthStep = 16;

/** Moves or resizes a column by a key that is pressed on its heading or on its item of the menu. */
export function onColumnKey<Row>(
  event: KeyboardEvent<HTMLElement>,
  { choices, onChoices, layout }: TableColumns<Row>,
  columns: readonly Column<Row>[],
  id: string,
): void {
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (by === undefined || !event.shiftKey || event.altKey) return;
  const at = layout.visible.findIndex(({ column }) => column.id === id);
  const placed = layout.visible[at];
  const across = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
  const moves = event.ctrlKey || event.metaKey;
  if (!moves && !across) return;
  event.preventDefault();
  event.stopPropagation();
  if (!placed) return;
  if (moves) {
    const target = layout.visible[at + by]?.column.id;
    if (target !== undefined) onChoices(placeColumn(columns, choices, id, target));
  } else {
    onChoices(resizeColumn(choices, id, placed.width + by * widthStep));
  }
}
