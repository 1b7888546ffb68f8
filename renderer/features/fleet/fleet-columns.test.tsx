import { expect, test } from 'vitest';
import { noChoices } from '../../components/table/column-choices.ts';
import { layOutColumns } from '../../components/table/column-layout.ts';
import { fleetColumns } from './fleet-columns.tsx';

const layout = (available: number) => layOutColumns(fleetColumns(new Map()), noChoices, available).visible;
const idsIn = (available: number) => layout(available).map(({ column }) => column.id);

test('at 1,280 pixels the sizes and hits are as wide as their sparklines, and the API version is hidden', () => {
  expect(idsIn(966)).toEqual(['name', 'state', 'share', 'cached', 'size', 'hits', 'queued', 'refreshed']);
  const widths = Object.fromEntries(layout(966).map(({ column, width }) => [column.id, width]));
  // The container queries of sparkline.module.css, and the padding of a cell.
  expect(widths['size']).toBeGreaterThanOrEqual(100 + 24);
  expect(widths['hits']).toBeGreaterThanOrEqual(120 + 24);
});

test('at 1,024 pixels only the usage, sizes, hits and queues remain', () => {
  expect(idsIn(722)).toEqual(['name', 'state', 'share', 'size', 'hits', 'queued']);
});

test('a wide window shows all columns', () => {
  expect(idsIn(1_600)).toHaveLength(fleetColumns(new Map()).length);
});
