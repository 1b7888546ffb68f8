import type { HostVerdict } from '../../../electron/contract/hosts.ts';

/** The worst outcome of all steps: what a host comes to in a word. */
export function worstOf(verdict: HostVerdict): 'ok' | 'warning' | 'failed' {
  if (verdict.failure || verdict.steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return verdict.steps.some(({ outcome }) => outcome === 'warning') ? 'warning' : 'ok';
}
