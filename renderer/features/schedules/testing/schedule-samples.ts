import {
  type Schedule,
  type SchedulePreview,
  type ScheduleRun,
  type ScheduleState,
  schedule as scheduleSchema,
} from '../../../../electron/contract/schedules.ts';

/** A prune of all hosts each night. */
export function sampleSchedule(change: Partial<Schedule> = {}): Schedule {
  return {
    ...scheduleSchema.parse({
      id: 's1',
      name: 'Nightly',
      action: { kind: 'prune' },
      targets: { hosts: { kind: 'all' } },
      trigger: { kind: 'daily', at: '02:30' },
      timeZone: 'Europe/Berlin',
    }),
    ...change,
  };
}

/** A run that succeeded. */
export function sampleRun(change: Partial<ScheduleRun> = {}): ScheduleRun {
  return {
    id: 'r1',
    scheduleId: 's1',
    scheduleName: 'Nightly',
    action: { kind: 'prune' },
    cause: 'due',
    dueAt: 1_000,
    dueRuns: 1,
    startedAt: 1_000,
    endedAt: 4_000,
    outcome: 'done',
    text: '3 images deleted from 2 hosts.',
    operationId: 'o1',
    skippedHosts: [],
    failedHosts: [],
    deleted: { images: 3, bytes: 3 * 1_024 ** 3 },
    ...change,
  };
}

/** A schedule without anything that needs attention. */
export function sampleState(change: Partial<Schedule> = {}, state: Partial<ScheduleState> = {}): ScheduleState {
  return {
    schedule: sampleSchedule(change),
    hostIds: ['a', 'b'],
    nextRun: Date.now() + 3_600_000,
    lastRun: null,
    waitingRun: null,
    pausedHosts: [],
    conflicts: [],
    problem: null,
    ...state,
  };
}

/** A preview without problems. */
export function samplePreview(change: Partial<SchedulePreview> = {}): SchedulePreview {
  return {
    nextRuns: [],
    hostIds: ['a', 'b'],
    skippedHosts: [],
    wouldDelete: { images: 4, bytes: 4 * 1_024 ** 3 },
    wouldFetch: null,
    approval: null,
    conflicts: [],
    problems: [],
    typedName: null,
    ...change,
  };
}
