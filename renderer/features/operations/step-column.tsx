import type { TargetOutcome } from '../../../electron/contract/operations.ts';
import type { Column } from '../../components/table/table-columns.ts';
import { actionWords } from './words.ts';

/** What is done to each target of an operation that does two things at once. */
export function stepColumn<T extends Pick<TargetOutcome, 'step'>>(width: string, className?: string): Column<T> {
  return {
    id: 'step',
    header: 'What',
    width,
    ...(className ? { className } : {}),
    sortBy: ({ step }) => step,
    cell: ({ step }) => (step ? actionWords[step] : null),
  };
}
