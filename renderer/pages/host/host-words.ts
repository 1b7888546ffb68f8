import type { Capabilities } from '../../../electron/contract/hosts.ts';

/** What a host can do, in a line: `API 2.18 · fetches at once · prunes and cleans`. */
export function capabilitiesLine(capabilities: Capabilities): string {
  const { abilities } = capabilities;
  const fetch = {
    atOnce: 'fetches at once',
    periodic: 'fetches every 5 min',
    byProgram: 'fetches only when glance-cache-prefetcher runs',
  }[capabilities.fetch];
  const prunes = abilities.prune.can;
  const cleans = abilities.clean.can;
  const keeps =
    prunes && cleans
      ? 'prunes and cleans'
      : prunes
        ? 'prunes, no clean'
        : cleans
          ? 'cleans, no prune'
          : 'no prune, no clean';
  return [
    `API ${capabilities.apiVersion}${capabilities.dialect === 'legacy' ? ', legacy middleware' : ''}`,
    fetch,
    keeps,
  ].join(' · ');
}
