import type { Cloud } from '../../../electron/contract/clouds.ts';

/** Where the operator is between the first start and the fleet. */
export type Place =
  | { step: 'cloud'; way: 'choose' | 'type' }
  | { step: 'login'; cloudId: string }
  | { step: 'hosts'; cloudId: string };

/**
 * The first step to show. A cloud without hosts continues where it was left, so that closing the window loses nothing.
 */
export function placeAtStart(clouds: readonly Cloud[], hosts: readonly { cloudId: string }[]): Place {
  const waiting = clouds.find(
    ({ id, source }) => source.kind !== 'demo' && !hosts.some(({ cloudId }) => cloudId === id),
  );
  if (!waiting) return { step: 'cloud', way: 'choose' };
  if (waiting.identity && !waiting.failure) return { step: 'hosts', cloudId: waiting.id };
  return { step: 'login', cloudId: waiting.id };
}

export const steps = ['cloud', 'login', 'hosts'] as const;
export const stepNames: Record<Place['step'], string> = { cloud: 'Cloud', login: 'Login', hosts: 'Hosts' };
