import type { Schedule, ScheduleDraft, SchedulePreview } from '../../contract/schedules.ts';
import { builtInWasteFilters } from '../../contract/waste.ts';
import { resolveTargets } from './resolve-targets.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import { type Timing, timingKey, timingProblem } from './timing/next-runs.ts';

type Problem = SchedulePreview['problems'][number];
type ProblemSources = Pick<ScheduleSources, 'hosts' | 'clouds' | 'goldenSets' | 'wasteFilters' | 'clock'>;

/** The reason why a draft cannot be saved, by field. `others`: the other schedules. */
export function draftProblems(
  draft: Omit<ScheduleDraft, 'name'> & { name: string },
  others: readonly Pick<Schedule, 'name'>[],
  sources: ProblemSources,
): Problem[] {
  const name = draft.name.trim();
  const problems: Problem[] = [];
  if (name === '') problems.push({ field: 'name', text: 'Enter a name.' });
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    problems.push({ field: 'name', text: `A schedule named “${name}” already exists.` });
  }
  return [...problems, ...runProblems(draft, sources)];
}

const timingProblems = new Map<string, ReturnType<typeof timingProblem>>();
const maxKnown = 2_000;

/** A problem of a timing does not depend on the time, so it is checked once. */
function knownTimingProblem(timing: Timing, now: number): ReturnType<typeof timingProblem> {
  const key = timingKey(timing);
  if (timingProblems.has(key)) return timingProblems.get(key);
  if (timingProblems.size >= maxKnown) timingProblems.clear();
  const problem = timingProblem(timing, now);
  timingProblems.set(key, problem);
  return problem;
}

/** Why a schedule cannot run as it is now. */
export function runProblems(
  schedule: Pick<Schedule, 'action' | 'targets' | 'trigger' | 'timeZone' | 'blackouts'>,
  sources: ProblemSources,
): Problem[] {
  const { action, trigger, targets } = schedule;
  const problems: Problem[] = [];
  const timing = knownTimingProblem(schedule, sources.clock.now());
  if (timing) problems.push(timing);
  if (trigger.kind === 'threshold') {
    if (action.kind !== 'prune') {
      problems.push({ field: 'trigger', text: 'Only a prune can be triggered by the size of the cache.' });
    } else if ((action.toPercent ?? 100) >= trigger.abovePercent) {
      const to = action.toPercent ?? 100;
      problems.push({
        field: 'trigger',
        text: `A prune to ${to} % changes nothing at ${trigger.abovePercent} %. Prune to less, or trigger it higher.`,
      });
    }
  }
  const { problem } = resolveTargets(targets, sources.hosts(), sources.clouds());
  if (problem !== null) problems.push({ field: 'targets', text: problem });
  const text = actionProblem(action, sources);
  if (text !== undefined) problems.push({ field: 'action', text });
  return problems;
}

function actionProblem(action: Schedule['action'], { goldenSets, wasteFilters }: ProblemSources): string | undefined {
  if (action.kind === 'golden') {
    const set = goldenSets().find(({ id }) => id === action.goldenId);
    if (!set) return 'Its golden set was removed.';
    if (action.deleteExtra && !set.exact) {
      return `“${set.name}” is not exact, so no image is extra. Make the set exact, or do not delete extra images.`;
    }
  }
  if (
    action.kind === 'waste' &&
    ![...builtInWasteFilters, ...wasteFilters()].some(({ id }) => id === action.filterId)
  ) {
    return 'Its waste filter was removed.';
  }
  return undefined;
}
