import type { Ability, Capabilities } from '../../contract/hosts.ts';

/** Capabilities of a host that can do all that its dialect can. */
export function capabilitiesOf(dialect: 'cacheApi' | 'legacy'): Capabilities {
  const can: Ability = { can: true, how: dialect };
  const cannot: Ability = { can: false, reason: 'It is too old.', remedy: 'Use its own program.' };
  const rest = dialect === 'cacheApi' ? can : cannot;
  return {
    dialect,
    versions: [dialect === 'cacheApi' ? '2.18' : '2.9'],
    apiVersion: dialect === 'cacheApi' ? '2.18' : '2.9',
    release: 'any',
    fetch: 'atOnce',
    abilities: { list: can, queue: can, delete: can, clear: can, prune: rest, clean: rest },
  };
}
