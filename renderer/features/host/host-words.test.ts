import { expect, it } from 'vitest';
import type { Capabilities, Rung } from '../../../electron/contract/hosts.ts';
import { capabilitiesLine } from './host-words.ts';

const can = { can: true, how: 'cacheApi' } as const;
const capabilities: Capabilities = {
  dialect: 'cacheApi',
  versions: ['2.16'],
  apiVersion: '2.16',
  release: '25',
  fetch: 'atOnce',
  abilities: { list: can, queue: can, delete: can, clear: can, prune: can, clean: can },
};
const open = (rung: Rung['rung']): Rung => ({ rung, usable: true });
const closed = (rung: Rung['rung']): Rung => ({ rung, usable: false, reason: 'Why.', remedy: 'How.' });

it('says by which way a host is pruned and cleaned, and what is missing where there is none', () => {
  const line = (prune: Rung[], clean: Rung[]) => capabilitiesLine(capabilities, { prune, clean, prefetch: [] });
  expect(line([open('native'), open('delete')], [open('native')])).toBe(
    'API 2.16 · fetches at once · prune and clean by its API',
  );
  expect(line([closed('native'), open('delete')], [closed('native')])).toBe(
    'API 2.16 · fetches at once · prune by deletion · clean needs ssh',
  );
  expect(line([closed('native'), closed('delete')], [closed('native')])).toContain('prune needs its limit or ssh');
  expect(line([closed('native'), open('ssh')], [closed('native'), open('ssh')])).toContain('prune and clean over ssh');
});
