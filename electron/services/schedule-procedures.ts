import { randomUUID } from 'node:crypto';
import { checkName, requiredName } from '../automation/schedules/production-name.ts';
import { resolveTargets } from '../automation/schedules/resolve-targets.ts';
import { previewSchedule } from '../automation/schedules/schedule-preview.ts';
import { draftProblems } from '../automation/schedules/schedule-problems.ts';
import { planScheduleImport } from '../automation/schedules/yaml/schedule-import.ts';
import { writeSchedules } from '../automation/schedules/yaml/write-schedule-yaml.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { maxSchedules, type Schedule } from '../contract/schedules.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';

export function scheduleProcedures({ schedules: os }: Implementer, services: Services) {
  const { settings, schedules, scheduleSources: sources } = services;

  function nameFor(schedule: Schedule): string | null {
    const { hosts, clouds } = settings;
    return requiredName(schedule, resolveTargets(schedule.targets, hosts, clouds).hostIds, hosts, clouds);
  }

  /** Throws `invalidInput` if a schedule cannot be saved. */
  function refuseProblems(schedule: Schedule): void {
    const others = settings.schedules.filter(({ id }) => id !== schedule.id);
    const [problem] = draftProblems(schedule, others, sources);
    if (problem) throw invalid(problem.text, 'Correct the schedule. Nothing was saved.');
    if (others.length >= maxSchedules) throw invalid(`There are ${maxSchedules} schedules.`, 'Remove one first.');
  }

  return {
    list: os.list.handler(() => ({ schedules: schedules.states(), paused: settings.schedulesPaused })),
    save: os.save.handler(async ({ input: { draft, typedName } }) => {
      const schedule: Schedule = {
        ...draft,
        id: draft.id === undefined ? randomUUID() : schedules.schedule(draft.id).id,
      };
      refuseProblems(schedule);
      checkName(nameFor(schedule), typedName);
      await settings.putSchedules([schedule]);
      return schedule;
    }),
    enable: os.enable.handler(async ({ input: { id, enabled, typedName } }) => {
      const schedule = { ...schedules.schedule(id), enabled };
      if (enabled) {
        refuseProblems(schedule);
        checkName(nameFor(schedule), typedName);
      }
      await settings.putSchedules([schedule]);
      return schedule;
    }),
    remove: os.remove.handler(async ({ input: { id } }) => {
      await settings.putSchedules([], [schedules.schedule(id).id]);
      return {};
    }),
    pauseAll: os.pauseAll.handler(async ({ input: { paused } }) => {
      await settings.pauseSchedules(paused);
      return {};
    }),
    preview: os.preview.handler(({ input }) => {
      const draft: Schedule = { ...input, id: input.id ?? 'draft' };
      return previewSchedule(draft, sources, schedules.conflictsOf({ ...draft, enabled: true }));
    }),
    dryRun: os.dryRun.handler(({ input: { id } }) => schedules.dryRun(id)),
    runNow: os.runNow.handler(({ input: { id } }) => schedules.runNow(id)),
    approve: os.approve.handler(({ input: { runId, typedName } }) => schedules.approve(runId, typedName)),
    reject: os.reject.handler(({ input: { runId } }) => schedules.reject(runId)),
    waitingPlan: os.waitingPlan.handler(({ input: { runId } }) => schedules.waitingPlan(runId)),
    resumeHost: os.resumeHost.handler(({ input: { id, hostId } }) => {
      schedules.resumeHost(id, hostId);
      return {};
    }),
    runs: os.runs.handler(({ input }) => schedules.runs(input)),
    export: os.export.handler(({ input: { ids } }) => {
      const chosen = ids ? ids.map((id) => schedules.schedule(id)) : settings.schedules;
      return { text: writeSchedules(chosen, settings), schedules: chosen.length };
    }),
    import: os.import.handler(async ({ input: { text, apply = false, typedName } }) => {
      const plan = planScheduleImport(text, settings, settings.schedules, Date.now());
      const applied = apply && plan.problems.length === 0;
      if (applied) {
        checkName(plan.typedName, typedName);
        await settings.putSchedules(plan.schedules);
      }
      const { changes, problems } = plan;
      return { changes, problems, typedName: plan.typedName, applied };
    }),
  };
}

function invalid(message: string, remedy: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy });
}
