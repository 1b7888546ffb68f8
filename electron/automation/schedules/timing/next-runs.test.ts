import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScheduleTrigger } from '../../../contract/schedules.ts';
import { scheduleOf } from '../testing/schedule-world.ts';
import { isBlackout, nextRun, nextRuns, outsideBlackouts, startTime, type Timing, timingProblem } from './next-runs.ts';
import { localTime, startOfDay, startOfNextDay } from './zone-time.ts';

const minute = 60_000;
const hour = 60 * minute;

function timing(trigger: ScheduleTrigger, timeZone = 'UTC', blackouts: Timing['blackouts'] = []): Timing {
  return { trigger, timeZone, blackouts };
}

function runs(of: Timing, from: string, count: number): string[] {
  return nextRuns(of, Date.parse(from), count).map((at) => new Date(at).toISOString().slice(0, 16));
}

describe('a fixed time of day', () => {
  const berlin = timing({ kind: 'daily', at: '02:30' }, 'Europe/Berlin');

  it('that a clock change skips runs once, after the gap', () => {
    expect(runs(berlin, '2026-03-28T00:00Z', 3)).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30']);
  });

  it('that occurs twice runs once', () => {
    expect(runs(berlin, '2026-10-24T00:00Z', 3)).toEqual(['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('is kept in a time zone that changes by half an hour', () => {
    const howe = timing({ kind: 'daily', at: '01:45' }, 'Australia/Lord_Howe');
    // On 5 April, 01:30 to 02:00 comes twice.
    expect(runs(howe, '2026-04-03T12:00Z', 3)).toEqual(['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15']);
  });

  it('applies on days of the week', () => {
    const weekly = timing({ kind: 'weekly', at: '23:59', days: [5, 1] });
    expect(runs(weekly, '2026-11-28T00:00Z', 3)).toEqual(['2026-11-30T23:59', '2026-12-04T23:59', '2026-12-07T23:59']);
  });
});

describe('intervals', () => {
  it('are counted from local midnight and start again at the next midnight', () => {
    const every = timing({ kind: 'every', minutes: 500 }, 'Asia/Kolkata');
    expect(runs(every, '2026-11-27T18:30Z', 4)).toEqual([
      '2026-11-28T02:50',
      '2026-11-28T11:10',
      '2026-11-28T18:30',
      '2026-11-29T02:50',
    ]);
  });

  it('follow elapsed time through a clock change', () => {
    const every = timing({ kind: 'every', minutes: 60 }, 'Europe/Berlin');
    const all = nextRuns(every, Date.parse('2026-10-24T22:00Z'), 25);
    expect(all.at(-1)).toBe(startOfNextDay(Date.parse('2026-10-25T10:00Z'), 'Europe/Berlin'));
    expect(new Set(all.slice(1).map((at, index) => at - (all[index] ?? 0)))).toEqual(new Set([hour]));
  });

  it('have equal distances within a day in every time zone, and always advance', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago', 'America/Havana', 'UTC');
    const at = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) });
    fc.assert(
      fc.property(zone, at, fc.integer({ min: 1, max: 1_440 }), (timeZone, after, minutes) => {
        const next = nextRun(timing({ kind: 'every', minutes }, timeZone), after) ?? 0;
        expect(next).toBeGreaterThan(after);
        expect(next - after).toBeLessThanOrEqual(minutes * minute);
        const isMidnight = startOfDay(next, timeZone) === next;
        expect(isMidnight || (next - startOfDay(next, timeZone)) % (minutes * minute) === 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('handle a day that does not start at midnight', () => {
    const start = startOfDay(Date.parse('2026-09-06T12:00Z'), 'America/Santiago');
    expect(new Date(localTime(start, 'America/Santiago')).toISOString()).toBe('2026-09-06T01:00:00.000Z');
  });
});

describe('a blackout', () => {
  const office = { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5] };
  const night = { from: '22:00', to: '06:00', days: [] };

  it('has no runs in it', () => {
    const hourly = timing({ kind: 'hourly', minute: 0 }, 'Europe/Berlin', [office]);
    // Friday to Saturday.
    expect(runs(hourly, '2026-11-27T05:30Z', 3)).toEqual(['2026-11-27T06:00', '2026-11-27T17:00', '2026-11-27T18:00']);
    expect(runs(hourly, '2026-11-28T07:30Z', 1)).toEqual(['2026-11-28T08:00']);
  });

  it('may span midnight, and ends at its stated time', () => {
    const hourly = timing({ kind: 'hourly', minute: 0 }, 'UTC', [night]);
    expect(runs(hourly, '2026-11-27T20:30Z', 2)).toEqual(['2026-11-27T21:00', '2026-11-28T06:00']);
    const at = Date.parse('2026-11-27T23:10:30Z');
    expect(new Date(outsideBlackouts(hourly, at)).toISOString()).toBe('2026-11-28T06:00:00.000Z');
  });

  it('ends at its local time, also across a clock change', () => {
    const sleep = timing({ kind: 'daily', at: '12:00' }, 'Europe/Berlin', [night]);
    for (const evening of ['2026-03-28T22:30Z', '2026-10-24T22:30Z']) {
      const end = outsideBlackouts(sleep, Date.parse(evening));
      expect(new Date(localTime(end, 'Europe/Berlin')).toISOString().slice(11, 16)).toBe('06:00');
      expect(isBlackout(sleep, end - 1)).toBe(true);
    }
  });

  it('that covers all runs is a problem', () => {
    expect(timingProblem(timing({ kind: 'daily', at: '09:00' }, 'UTC', [{ ...office, days: [] }]), 0)).toEqual({
      field: 'trigger',
      text: 'All of its runs are due in a blackout.',
    });
    const whole = timing({ kind: 'daily', at: '09:00' }, 'UTC', [{ from: '08:00', to: '08:00', days: [] }]);
    expect(timingProblem(whole, 0)?.field).toBe('trigger');
  });
});

describe('jitter', () => {
  const jittered = scheduleOf({ jitterSeconds: 3_600, trigger: { kind: 'every', minutes: 10 } });

  it('is the same for a due time on every call, and shorter than the time until the next run', () => {
    const due = nextRuns(jittered, Date.UTC(2026, 5, 1), 50);
    const starts = due.map((at) => startTime(jittered, at));
    expect(starts).toEqual(due.map((at) => startTime({ ...jittered }, at)));
    expect(new Set(starts.map((start, index) => start - (due[index] ?? 0))).size).toBeGreaterThan(20);
    for (const [index, start] of starts.entries()) {
      expect(start).toBeGreaterThanOrEqual(due[index] ?? 0);
      expect(start).toBeLessThan((due[index] ?? 0) + 10 * minute);
    }
  });

  it('never moves a run into a blackout', () => {
    const blackouts = [{ from: '00:01', to: '00:10', days: [] }];
    const due = Date.UTC(2026, 5, 1);
    expect(startTime({ ...jittered, blackouts }, due)).toBeLessThan(due + minute);
  });
});

describe('a timing with a problem', () => {
  it.each([
    ['61 * * * *', 'is not a cron expression'],
    ['* * * * * *', 'this one 6'],
    ['? 2 * * *', 'question mark'],
    ['@reboot', 'is not a cron expression'],
    ['0 0 30 2 *', 'never happens'],
    ['every day', 'this one 2'],
  ])('reports what is wrong with “%s”', (expression, text) => {
    const problem = timingProblem(timing({ kind: 'cron', expression }), Date.UTC(2026, 0));
    expect(problem).toMatchObject({ field: 'trigger', text: expect.stringContaining(text) });
  });

  it.each(['Europe/Atlantis', '+02:00', ''])('reports the time zone “%s”', (timeZone) => {
    expect(timingProblem(timing({ kind: 'hourly', minute: 0 }, timeZone), 0)?.field).toBe('timeZone');
  });

  it.each(['@daily', '*/15 8-18 * * MON-FRI', '0 0 L * *', '30 2 29 2 *'])('is not reported for “%s”', (expression) => {
    expect(timingProblem(timing({ kind: 'cron', expression }), Date.UTC(2026, 0))).toBeUndefined();
  });

  it('never throws for any input', () => {
    const word = fc.stringMatching(/^[0-9*/,LW#?A-Za-z@ -]{1,30}$/);
    fc.assert(
      fc.property(word, (expression) => {
        const of = timing({ kind: 'cron', expression });
        if (timingProblem(of, Date.UTC(2026, 0)) === undefined) expect(nextRun(of, Date.UTC(2026, 0))).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
