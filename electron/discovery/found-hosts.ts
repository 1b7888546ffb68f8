import type { Candidate, FindProblem } from '../contract/discovery.ts';

/** What one place names, before it is compared with what the console has. */
export type FoundHosts = {
  candidates: Pick<Candidate, 'address' | 'name' | 'limitBytes' | 'from'>[];
  problems: FindProblem[];
};
