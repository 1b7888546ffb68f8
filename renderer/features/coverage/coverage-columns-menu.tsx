import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { Button } from '../../components/button.tsx';
import { HostChooser } from '../../components/hosts/host-chooser.tsx';
import { type ColumnChoices, noChoices, toggleColumn } from '../../components/table/column-choices.ts';
import { type FixedColumn, fixedColumns } from './coverage-columns.ts';
import { fixedNames } from './coverage-grid-head.tsx';
import classes from './coverage-tab.module.css';

type Props = {
  choices: ColumnChoices;
  onChoices: (choices: ColumnChoices) => void;
  /** The columns that are hidden because the grid is too narrow. */
  squeezed: readonly FixedColumn[];
  hosts: readonly HostSummary[];
  hiddenHosts: readonly HostId[];
  onHiddenHosts: (hidden: readonly HostId[]) => void;
};

/** Chooses the columns of the grid: the facts of an image, and the hosts. */
export function CoverageColumnsMenu({ choices, onChoices, squeezed, hosts, hiddenHosts, onHiddenHosts }: Props) {
  const [opened, setOpened] = useState(false);
  const shown = hosts.filter(({ id }) => !hiddenHosts.includes(id));
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={420}
      withRoles={false}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button aria-haspopup="dialog" aria-expanded={opened} onClick={() => setOpened((before) => !before)}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Columns">
        <div className={classes.columns}>
          <fieldset className={`plain-fieldset ${classes.columnChoices}`}>
            <legend className="hidden-text">Image details</legend>
            {fixedColumns.map((column) =>
              column === 'name' ? null : (
                <label key={column}>
                  <input
                    type="checkbox"
                    className="check"
                    checked={!choices.off.includes(column)}
                    onChange={() => onChoices(toggleColumn(choices, column))}
                  />
                  {fixedNames[column]}
                  {squeezed.includes(column) ? <span className="dim"> (window too narrow)</span> : null}
                </label>
              ),
            )}
          </fieldset>
          <HostChooser
            stacked
            hosts={hosts}
            legend={`${shown.length} of ${hosts.length} hosts shown`}
            chosen={new Set(shown.map(({ id }) => id))}
            onChange={(chosen) => onHiddenHosts(hosts.map(({ id }) => id).filter((id) => !chosen.has(id)))}
          />
          <p className={`dim ${classes.columnsHint}`}>
            Drag the edge of a heading to resize it, or press Shift and an arrow key on it. Hidden hosts are not
            counted.
          </p>
          <div className="row">
            <Button
              kind="quiet"
              onClick={() => {
                onChoices(noChoices);
                onHiddenHosts([]);
              }}
            >
              Reset columns
            </Button>
            <span className="grow" />
            <Button onClick={() => setOpened(false)}>Done</Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
