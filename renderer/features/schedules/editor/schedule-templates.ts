import type { GoldenSet } from '../../../../electron/contract/golden.ts';
import type { ScheduleDraft } from '../../../../electron/contract/schedules.ts';

/** A schedule that many operators want, as a draft to change and save. */
export type ScheduleTemplate = { id: string; title: string; about: string; draft: Partial<ScheduleDraft> };

/** The templates. The template for a golden set uses the first set; if there is none, the editor reports it. */
export function scheduleTemplates(sets: readonly GoldenSet[]): readonly ScheduleTemplate[] {
  const [set] = sets;
  return [
    {
      id: 'prune-nightly',
      title: 'Prune nightly',
      about: 'Every host back to its limit each night, the least recently accessed images first.',
      draft: {
        name: 'Prune nightly',
        action: { kind: 'prune' },
        trigger: { kind: 'daily', at: '02:30' },
        jitterSeconds: 300,
      },
    },
    {
      id: 'clean-weekly',
      title: 'Clean weekly',
      about: 'Removes invalid and stalled files once a week. Cached images are kept.',
      draft: { name: 'Clean weekly', action: { kind: 'clean' }, trigger: { kind: 'weekly', days: [0], at: '03:30' } },
    },
    {
      id: 'prune-threshold',
      title: 'Prune above 90 %',
      about: 'Prunes a host to 80 % of its limit as soon as a poll shows it above 90 %.',
      draft: {
        name: 'Prune above 90 %',
        action: { kind: 'prune', toPercent: 80 },
        trigger: { kind: 'threshold', abovePercent: 90 },
      },
    },
    {
      id: 'golden-hourly',
      title: 'Sync golden set hourly',
      about: 'Queues what hosts miss of a golden set every hour.',
      draft: {
        name: set ? `Sync ${set.name} hourly` : 'Sync golden set hourly',
        action: { kind: 'golden', goldenId: set?.id ?? '', deleteExtra: false },
        ...(set ? { targets: { hosts: { kind: 'clouds', cloudIds: [set.cloudId] }, onlyHostIds: null } } : {}),
        trigger: { kind: 'hourly', minute: 15 },
      },
    },
  ];
}
