import type { Capabilities, Maintenance, Rung } from '../../../electron/contract/hosts.ts';

/** What a host can do, in a line: `API 2.16 · fetches at once · prune by deletion · clean needs ssh`. */
export function capabilitiesLine(capabilities: Capabilities, maintenance: Maintenance): string {
  const fetch = {
    atOnce: 'fetches at once',
    periodic: 'fetches every 5 min',
    byProgram: 'fetches nothing by itself',
  }[capabilities.fetch];
  const prune = wayWords(maintenance.prune);
  const clean = wayWords(maintenance.clean);
  return [
    `API ${capabilities.apiVersion}${capabilities.dialect === 'legacy' ? ', legacy middleware' : ''}`,
    fetch,
    ...(prune === clean ? [`prune and clean ${prune}`] : [`prune ${prune}`, `clean ${clean}`]),
  ].join(' · ');
}

function wayWords(ways: readonly Rung[]): string {
  const taken = ways.find(({ usable }) => usable)?.rung;
  if (taken) return { native: 'by its API', ssh: 'over ssh', delete: 'by deletion', read: 'by reading' }[taken];
  return ways.some(({ rung }) => rung === 'delete') ? 'needs its limit or ssh' : 'needs ssh';
}
