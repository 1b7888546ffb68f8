import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { remoteAccess } from '../contract/remote.ts';
import { ManualClock } from '../lib/testing/manual-clock.ts';
import type { FoundJobs } from '../ssh/read-host-jobs.ts';
import { HostJobsReader } from './host-jobs.ts';

const found: FoundJobs = {
  user: 'glance',
  unread: [],
  jobs: [
    {
      program: 'pruner',
      kind: 'cron',
      source: 'crontab of glance',
      user: 'glance',
      when: '@hourly',
      command: 'glance-cache-pruner',
      active: true,
    },
  ],
};
const unreachable = new ExpectedFailure({ code: 'unreachable', message: 'no route', remedy: 'none' });
const flush = () => new Promise((resolve) => setImmediate(resolve));

function reader(answers: Record<string, () => Promise<FoundJobs>>) {
  const clock = new ManualClock();
  const reads: { destination: string; unattended: boolean }[] = [];
  const faults: unknown[] = [];
  const jobs = new HostJobsReader({
    hosts: () => Object.keys(answers),
    access: (hostId) => (hostId === 'none' ? null : remoteAccess.parse({ destination: hostId })),
    read: ({ destination }, { unattended }) => {
      reads.push({ destination, unattended });
      return answers[destination]?.() ?? Promise.reject(unreachable);
    },
    clock,
    onChange: () => undefined,
    fault: (error) => faults.push(error),
  });
  return { clock, jobs, reads, faults };
}

describe('the jobs of hosts', () => {
  it('are read a minute after the start and twice a day, without asking the operator', async () => {
    const { clock, jobs, reads } = reader({ a: async () => found, b: async () => found });
    expect(jobs.list()).toMatchObject([
      { hostId: 'a', readAt: null },
      { hostId: 'b', readAt: null },
    ]);
    await clock.forward(60_000);
    await flush();
    expect(reads).toEqual([
      { destination: 'a', unattended: true },
      { destination: 'b', unattended: true },
    ]);
    expect(jobs.list()[1]).toEqual({ hostId: 'b', readAt: clock.now(), jobs: found.jobs, unread: [], failure: null });
    await clock.forward(12 * 3_600_000);
    await flush();
    expect(reads).toHaveLength(4);
    jobs.stop();
    await clock.forward(24 * 3_600_000);
    await flush();
    expect(reads).toHaveLength(4);
  });

  it('keep their last state when a later reading fails, and show the failure', async () => {
    let fails = false;
    const { jobs } = reader({ a: async () => (fails ? Promise.reject(unreachable) : found) });
    await jobs.read('a');
    fails = true;
    await expect(jobs.read('a')).rejects.toBe(unreachable);
    expect(jobs.list()[0]).toMatchObject({ jobs: found.jobs, failure: { code: 'unreachable' } });
  });

  it('report a fault of the console when reading throws an unexpected error', async () => {
    const broken = new Error('broken');
    const { clock, faults } = reader({ a: () => Promise.reject(broken) });
    await clock.forward(60_000);
    await flush();
    expect(faults).toEqual([broken]);
  });

  it('need ssh access', async () => {
    const { jobs } = reader({ none: async () => found });
    await expect(jobs.read('none')).rejects.toMatchObject({ failure: { code: 'unsupported' } });
  });
});
