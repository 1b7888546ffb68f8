import { screen, within } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { resetWindowState } from '../../lib/persistent-state.ts';
import { renderPage } from '../../testing/render.tsx';
import { DataTable, type DataTableProps } from './data-table.tsx';
import type { Column } from './table-columns.ts';
import { useTableState } from './use-table-state.ts';

type Row = { name: string; size: number | null };

const sizeOf = vi.fn((row: Row) => row.size);
const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', sortBy: (row) => row.name, cell: (row) => row.name },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    descendingFirst: true,
    sortBy: sizeOf,
    cell: (row) => (
      <svg aria-hidden="true" data-testid={`spark ${row.name}`}>
        <path d="M0 0" />
      </svg>
    ),
  },
];
const rows: Row[] = [
  { name: 'image-10', size: 5 },
  { name: 'image-9', size: null },
  { name: 'image-2', size: 70 },
];
const nameOf = (row: Row) => row.name;

type Options = Partial<DataTableProps<Row>> & { name?: string; selects?: boolean; text?: boolean };

function Table({ name, selects = false, text = false, ...props }: Options) {
  const table = useTableState({
    rows: props.rows ?? rows,
    idOf: nameOf,
    ...(name === undefined ? {} : { name }),
    ...(text ? { fieldsOf } : {}),
  });
  return (
    <>
      <input aria-label="Filter" value={table.filter} onChange={(event) => table.setFilter(event.target.value)} />
      <output>{table.selected.map(nameOf).sort().join(' ')}</output>
      <DataTable
        {...table.props}
        {...(selects ? table.selectProps : {})}
        label="Images"
        columns={columns}
        nameOf={nameOf}
        {...props}
      />
    </>
  );
}

const fieldsOf = (row: Row) => [row.name];
const shownNames = () =>
  within(screen.getByRole('table', { name: 'Images' }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
const selectedNames = () => screen.getByRole('status').textContent;
const row = (name: string) => screen.getByRole('row', { name: new RegExp(`${name}$`) });

describe('sorting', () => {
  test.each([
    [{ id: 'name', descending: false }, ['image-2', 'image-9', 'image-10']],
    [{ id: 'size', descending: true }, ['image-2', 'image-10', 'image-9']],
    [{ id: 'size', descending: false }, ['image-10', 'image-2', 'image-9']],
    [null, ['image-10', 'image-9', 'image-2']],
  ])('by %j', (sort, expected) => {
    renderPage(<Table sort={sort} />);
    expect(shownNames()).toEqual(expected);
  });

  test('a heading sorts in its preferred direction first, then in the other, and names it', async () => {
    const { user } = renderPage(<Table />);
    await user.click(screen.getByRole('button', { name: 'Size' }));
    expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('descending');
    expect(shownNames()).toEqual(['image-2', 'image-10', 'image-9']);
    await user.click(screen.getByRole('button', { name: 'Size' }));
    expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('ascending');
    expect(shownNames()).toEqual(['image-10', 'image-2', 'image-9']);
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('none');
  });

  test('new column objects do not sort the rows again', async () => {
    function Fresh() {
      const [count, setCount] = useState(0);
      const fresh = columns.map((column) => ({
        ...column,
        ...(column.sortBy ? { sortBy: (one: Row) => column.sortBy?.(one) ?? null } : {}),
      }));
      return (
        <>
          <button type="button" onClick={() => setCount(count + 1)}>
            Again {count}
          </button>
          <Table columns={fresh} sort={{ id: 'size', descending: true }} />
        </>
      );
    }
    const { user } = renderPage(<Fresh />);
    sizeOf.mockClear();
    await user.click(screen.getByRole('button', { name: 'Again 0' }));
    screen.getByRole('button', { name: 'Again 1' });
    expect(sizeOf).not.toHaveBeenCalled();
    expect(shownNames()).toEqual(['image-2', 'image-10', 'image-9']);
  });
});

const filterText = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Filter' }).value;

describe('selection', () => {
  test('by mouse: a checkbox toggles its row, a shift click selects the range between', async () => {
    const { user } = renderPage(<Table selects />);
    await user.click(screen.getByRole('checkbox', { name: 'Select image-10' }));
    expect(selectedNames()).toBe('image-10');
    expect(row('image-9').getAttribute('data-chosen')).toBeNull();
    await user.keyboard('{Shift>}');
    await user.click(row('image-2'));
    await user.keyboard('{/Shift}');
    expect(selectedNames()).toBe('image-10 image-2 image-9');
    await user.click(screen.getByRole('checkbox', { name: 'Select image-9' }));
    expect(selectedNames()).toBe('image-10 image-2');
  });

  test('the heading selects all rows shown, and then none; it says how many there are', async () => {
    const { user } = renderPage(<Table selects />);
    const all = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select all 3 shown' });
    await user.click(screen.getByRole('checkbox', { name: 'Select image-9' }));
    expect(all.indeterminate).toBe(true);
    await user.click(all);
    expect(selectedNames()).toBe('image-10 image-2 image-9');
    expect(all.checked).toBe(true);
    await user.click(all);
    expect(selectedNames()).toBe('');
  });

  test('by keyboard: Space, a range with Shift, all, none', async () => {
    const { user } = renderPage(<Table selects />);
    await user.click(row('image-10'));
    expect(document.activeElement).toBe(screen.getByRole('checkbox', { name: 'Select image-10' }));
    await user.keyboard(' ');
    expect(selectedNames()).toBe('image-10');
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
    expect(selectedNames()).toBe('image-10 image-9');
    await user.keyboard('{Control>}a{/Control}');
    expect(selectedNames()).toBe('image-10 image-2 image-9');
    await user.keyboard('{Escape}');
    expect(selectedNames()).toBe('');
    await user.keyboard('j{x}');
    expect(selectedNames()).toBe('image-2');
  });

  test('rows that cannot be selected give the reason and stay unselected', async () => {
    const lockedOf = ({ size }: Row) => (size === null ? 'It has no size' : undefined);
    const { user } = renderPage(<Table selects lockedOf={lockedOf} selectsOnClick />);
    const box = screen.getByRole('checkbox', { name: 'Select image-9' });
    expect(box.getAttribute('aria-disabled')).toBe('true');
    expect(box.title).toBe('It has no size');
    await user.click(row('image-9'));
    expect(selectedNames()).toBe('');
    await user.click(row('image-2'));
    expect(selectedNames()).toBe('image-2');
    await user.click(screen.getByRole('checkbox', { name: 'Select all 2 shown' }));
    expect(selectedNames()).toBe('image-10 image-2');
  });

  test('drops rows that no longer exist and keeps those that a filter hides', async () => {
    const page = renderPage(<Table selects text />);
    await page.user.click(screen.getByRole('checkbox', { name: 'Select all 3 shown' }));
    await page.user.type(screen.getByRole('textbox', { name: 'Filter' }), 'IMAGE-1');
    expect(shownNames()).toEqual(['image-10']);
    expect(selectedNames()).toBe('image-10 image-2 image-9');
    page.rerender(<Table selects text rows={rows.slice(0, 2)} />);
    expect(selectedNames()).toBe('image-10 image-9');
  });

  test('survives navigation with the sort and the active row, and is lost by a restart; the filter is in the address', async () => {
    const first = renderPage(<Table selects text name="samples" />);
    await first.user.click(screen.getByRole('button', { name: 'Name' }));
    await first.user.type(screen.getByRole('textbox', { name: 'Filter' }), 'image');
    await first.user.click(screen.getByRole('checkbox', { name: 'Select image-9' }));
    const address = first.address();
    expect(address).toBe('/?sort=name&filter=image');
    first.unmount();
    const second = renderPage(<Table selects text name="samples" />);
    expect(selectedNames()).toBe('image-9');
    expect(filterText()).toBe('');
    expect(shownNames()).toEqual(['image-2', 'image-9', 'image-10']);
    second.unmount();
    resetWindowState();
    renderPage(<Table selects text name="samples" />, { path: address });
    expect(selectedNames()).toBe('');
    expect(shownNames()).toEqual(['image-2', 'image-9', 'image-10']);
    expect(filterText()).toBe('image');
    expect(row('image-9').getAttribute('data-active')).toBe('true');
  });
});

describe('the active row', () => {
  test('moves with the keys and stays within the rows; Enter opens it', async () => {
    const onOpen = vi.fn();
    const { user } = renderPage(<Table selects onOpen={onOpen} />);
    await user.click(row('image-10'));
    await user.keyboard('{ArrowUp}');
    expect(row('image-10').getAttribute('data-active')).toBe('true');
    await user.keyboard('{End}{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByRole('checkbox', { name: 'Select image-2' }));
    await user.keyboard('k{Enter}');
    expect(onOpen.mock.calls).toEqual([[rows[1]]]);
  });

  test('is the only row in the tab order', async () => {
    const { user } = renderPage(<Table selects />);
    await user.click(row('image-9'));
    expect(screen.getAllByRole('checkbox').filter(({ tabIndex }) => tabIndex === 0)).toEqual([
      screen.getByRole('checkbox', { name: 'Select all 3 shown' }),
      screen.getByRole('checkbox', { name: 'Select image-9' }),
    ]);
  });
});

describe('a click', () => {
  test('on a chart in a row opens the row, if a click opens rows', async () => {
    const onOpen = vi.fn();
    const { user } = renderPage(<Table selects onOpen={onOpen} opensOnClick />);
    await user.click(screen.getByTestId('spark image-2'));
    expect(onOpen.mock.calls).toEqual([[rows[2]]]);
  });

  test('on a chart in a row makes it the active one, if a double click opens rows', async () => {
    const onOpen = vi.fn();
    const { user } = renderPage(<Table selects onOpen={onOpen} />);
    await user.click(screen.getByTestId('spark image-2'));
    expect(row('image-2').getAttribute('data-active')).toBe('true');
    expect(onOpen).not.toHaveBeenCalled();
    await user.dblClick(screen.getByTestId('spark image-2'));
    expect(onOpen.mock.calls).toEqual([[rows[2]]]);
  });

  test('on a link in a row does not affect the row', async () => {
    const onOpen = vi.fn();
    const linked = [{ id: 'link', header: 'Link', cell: ({ name }: Row) => <a href="#there">{name}</a> }];
    const { user } = renderPage(<Table columns={linked} selects onOpen={onOpen} opensOnClick />);
    await user.click(screen.getByRole('link', { name: 'image-9' }));
    expect(onOpen).not.toHaveBeenCalled();
  });
});

test('a table without rows shows its empty state and selects nothing', () => {
  renderPage(<Table selects rows={[]} empty={<p>No image is cached</p>} />);
  screen.getByText('No image is cached');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select all 0 shown' }).disabled).toBe(true);
});

describe('columns', () => {
  const headings = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
  // Menus are rendered in the page's main element.
  const inPage = (table: React.ReactNode) => <main id="content">{table}</main>;
  const wide: readonly Column<Row>[] = [
    { id: 'name', header: 'Name', minWidth: 700, sortBy: nameOf, cell: nameOf },
    { id: 'size', header: 'Size', width: 300, priority: 'low', cell: ({ size }) => size },
    { id: 'hits', header: 'Hits', width: 300, sortBy: nameOf, cell: () => 1 },
  ];

  test('of low priority are hidden when space is short, and the menu says so', async () => {
    const { user } = renderPage(inPage(<Table columns={wide} />));
    expect(headings()).toEqual(['Name', 'Hits']);
    const button = screen.getByRole('button', { name: 'Columns' });
    expect(button.title).toBe('Columns (1 column hidden)');
    await user.click(button);
    expect(await screen.findByText(/^1 column hidden: the table is too narrow/)).toBeDefined();
    await user.click(screen.getByRole('menuitemcheckbox', { name: 'Hits' }));
    expect(headings()).toEqual(['Name', 'Size']);
    await user.click(screen.getByRole('menuitemcheckbox', { name: 'Name' }));
    expect(headings()).toEqual(['Name', 'Size']);
    await user.click(screen.getByRole('menuitem', { name: 'Reset columns' }));
    expect(headings()).toEqual(['Name', 'Hits']);
  });

  test('can be moved and resized with the keyboard, and stay so after a restart', async () => {
    const narrow = wide.map((column) => ({ ...column, minWidth: 100 }));
    const first = renderPage(<Table columns={narrow} name="samples" />);
    expect(headings()).toEqual(['Name', 'Size', 'Hits']);
    screen.getByRole('button', { name: 'Hits' }).focus();
    await first.user.keyboard('{Control>}{Shift>}{ArrowLeft}{/Shift}{/Control}');
    expect(headings()).toEqual(['Name', 'Hits', 'Size']);
    await first.user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
    const widths = () => [...document.querySelectorAll('col')].map(({ style }) => style.width);
    expect(widths()[1]).toBe('332px');
    first.unmount();
    resetWindowState();
    renderPage(<Table columns={narrow} name="samples" />);
    expect(headings()).toEqual(['Name', 'Hits', 'Size']);
    expect(widths()[1]).toBe('332px');
  });

  test('can be moved with keys in the menu too, and a heading opens the menu', async () => {
    const { user } = renderPage(inPage(<Table columns={wide.map((column) => ({ ...column, minWidth: 100 }))} />));
    await user.pointer({ keys: '[MouseRight]', target: screen.getByRole('columnheader', { name: 'Size' }) });
    (await screen.findByRole('menuitemcheckbox', { name: 'Size' })).focus();
    await user.keyboard('{Control>}{Shift>}{ArrowUp}{/Shift}{/Control}');
    expect(headings()).toEqual(['Size', 'Name', 'Hits']);
  });
});
