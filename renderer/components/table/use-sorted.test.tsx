import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPage } from '../../testing/render.tsx';
import { useSorted } from './use-sorted.ts';

type Row = { name: string; size: number | null };

const columns = [
  { id: 'name', header: 'Name', sortBy: (row: Row) => row.name, cell: (row: Row) => row.name },
  { id: 'size', header: 'Size', sortBy: (row: Row) => row.size, cell: (row: Row) => row.size },
];
const rows: Row[] = [
  { name: 'image-10', size: 5 },
  { name: 'image-9', size: null },
  { name: 'image-2', size: 70 },
];

function Names({ sort }: { sort: { id: string; descending: boolean } | null }) {
  return (
    <ul>
      {useSorted(rows, columns, sort).map(({ name }) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}

test.each([
  [{ id: 'name', descending: false }, ['image-2', 'image-9', 'image-10']],
  [{ id: 'size', descending: true }, ['image-2', 'image-10', 'image-9']],
  [{ id: 'size', descending: false }, ['image-10', 'image-2', 'image-9']],
  [null, ['image-10', 'image-9', 'image-2']],
])('rows sorted by %j', (sort, expected) => {
  renderPage(<Names sort={sort} />);
  const items = within(screen.getByRole('list')).getAllByRole('listitem');
  expect(items.map(({ textContent }) => textContent)).toEqual(expected);
});
