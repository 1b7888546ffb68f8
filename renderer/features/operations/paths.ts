import { operationsPath } from '../../lib/paths.ts';

/** The place of one operation with its targets, to link to. */
export function operationPath(id: string): string {
  return `${operationsPath}/${encodeURIComponent(id)}`;
}

/** The id of the operation that a place is about. */
export function operationOfPath(place: string): string | undefined {
  const rest = place.startsWith(`${operationsPath}/`) ? place.slice(operationsPath.length + 1) : '';
  return rest === '' || rest.includes('/') ? undefined : decodeURIComponent(rest);
}
