import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobsScript, maintains, parseJobs } from './read-host-jobs.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'jobs-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function place(name: string, lines: string[], mode = 0o644): Promise<void> {
  const file = join(root, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, mode);
}

function read() {
  return parseJobs(execFileSync('sh', ['-c', jobsScript, 'sh', maintains, root]));
}

describe('the jobs of a host', () => {
  it('are read from crontabs, the directories of cron and timers, with their times and users', async () => {
    await place('var/spool/cron/crontabs/glance', [
      '# m h dom mon dow command',
      'MAILTO=root',
      '*/30 * * * * /usr/bin/glance-cache-pruner --config-file /etc/glance/glance-api.conf',
      '#0 4 * * * glance-cache-cleaner',
      '@daily glance-cache-cleaner',
      '5 5 * * * /usr/local/bin/backup',
    ]);
    await place('etc/crontab', ['17 * * * * root cd / && run-parts --report /etc/cron.hourly']);
    await place('etc/cron.d/glance', [
      'NOTE="glance-cache-pruner is below"',
      '0 2 * * mon-fri glance flock -n /tmp/x glance-cache-pruner && glance-cache-cleaner',
    ]);
    await place('etc/cron.weekly/glance', ['#!/bin/sh', '# glance-cache-pruner', 'glance-cache-cleaner'], 0o755);
    await place('etc/cron.daily/disabled', ['#!/bin/sh', 'glance-cache-pruner'], 0o644);
    await place('usr/lib/systemd/system/cache-upkeep.service', [
      '[Service]',
      'User=glance',
      'ExecStart=/usr/bin/glance-cache-prefetcher',
    ]);
    await place('etc/systemd/system/nightly.timer', [
      '[Timer]',
      'OnCalendar=*-*-* 03:00',
      'Unit=cache-upkeep.service',
      'Persistent=true',
    ]);
    await place('etc/systemd/system/other.timer', ['[Timer]', 'OnCalendar=daily']);
    const { jobs, unread } = read();
    expect(unread).toEqual([]);
    expect(jobs.map(({ program, source, user, when }) => [program, source.replace(root, ''), user, when])).toEqual([
      ['pruner', 'crontab of glance', 'glance', '*/30 * * * *'],
      ['cleaner', 'crontab of glance', 'glance', '@daily'],
      ['pruner', '/etc/cron.d/glance', 'glance', '0 2 * * mon-fri'],
      ['cleaner', '/etc/cron.d/glance', 'glance', '0 2 * * mon-fri'],
      ['cleaner', '/etc/cron.weekly/glance', 'root', '@weekly'],
      ['prefetcher', 'nightly.timer', 'glance', 'OnCalendar=*-*-* 03:00'],
    ]);
    // Nothing on the test machine runs this timer.
    expect(jobs.map(({ active }) => active)).toEqual([true, true, true, true, true, false]);
  });

  it('use a unit of /etc instead of the one of the package', async () => {
    await place('usr/lib/systemd/system/glance-prune.service', ['[Service]', 'ExecStart=glance-cache-pruner']);
    await place('usr/lib/systemd/system/glance-prune.timer', ['[Timer]', 'OnCalendar=hourly']);
    await place('etc/systemd/system/glance-prune.timer', ['[Timer]', 'OnBootSec=5min', 'OnUnitActiveSec=1h']);
    const found = read().jobs.filter(({ source }) => source === 'glance-prune.timer');
    expect(found.map(({ when, user }) => [when, user])).toEqual([['OnBootSec=5min, OnUnitActiveSec=1h', 'root']]);
  });
});

const answer = (...records: [string, string, string][]) =>
  Buffer.from(records.map((record) => `${record.join('\0')}\0`).join(''));

it('include a request to the API in place of the programs, without its token', () => {
  const line = '0 * * * * curl -X POST -H "X-Auth-Token: gAAAAABlongsecret" https://glance-01:9292/v2/cache/prune';
  const [job] = parseJobs(answer(['user', 'ops', line])).jobs;
  expect(job).toMatchObject({ program: 'pruner', source: 'crontab of ops', when: '0 * * * *' });
  expect(job?.command).not.toContain('gAAAAABlongsecret');
  const variable = '0 * * * * curl -H "X-Auth-Token: $TOKEN" https://glance-01:9292/v2/cache/clean';
  expect(parseJobs(answer(['user', 'ops', variable])).jobs[0]?.command).toContain('$TOKEN');
});

it('include the places that cannot be read', () => {
  const found = parseJobs(answer(['user', 'glance', ''], ['denied', '/var/spool/cron/crontabs', '']));
  expect(found).toEqual({ user: 'glance', jobs: [], unread: ['/var/spool/cron/crontabs'] });
});

it('are parsed from any answer', () => {
  const kinds = fc.constantFrom('user', 'spool', 'system', 'script', 'denied', 'service', 'timer', 'active', 'x');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('* * * * *', ' glance-cache-pruner ', '@', '\n', 'ExecStart=', 'OnCalendar=', '%'))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(kinds, text, text)), (records) => {
      const { jobs, unread } = parseJobs(answer(...records));
      expect(jobs.length).toBeLessThanOrEqual(200);
      expect(unread.length).toBeLessThanOrEqual(50);
      for (const { command, when } of jobs) expect(`${command}${when}`).not.toMatch(/\p{Cc}/u);
    }),
  );
});
