import { describe, expect, it } from 'vitest';
import { remoteAccess } from '../contract/remote.ts';
import { type JobFacts, suggestJobs } from './job-suggestions.ts';

const facts: JobFacts = {
  access: remoteAccess.parse({ destination: 'glance-01', become: ['sudo', '-n', '-u', 'glance'] }),
  configFiles: ['/etc/glance/glance-api.conf'],
  directory: '/var/lib/glance/image-cache',
  user: 'glance',
  release: { major: 25, minor: 1 },
};

function text(given: Partial<JobFacts>, program: string, kind: string) {
  return suggestJobs({ ...facts, ...given }).find((one) => one.program === program && one.kind === kind)?.text;
}

describe('suggested jobs', () => {
  it('name the user, the configuration and a lock, so that two never run at once', () => {
    expect(text({}, 'pruner', 'cron')).toBe(
      '*/30 * * * * glance flock -n /var/lib/glance/image-cache glance-cache-pruner --config-file /etc/glance/glance-api.conf\n',
    );
    expect(text({}, 'cleaner', 'cron')).toContain('17 3 * * * glance flock');
  });

  it('enter the container as root and without a terminal, and lock nothing in it', () => {
    const access = remoteAccess.parse({ destination: 'glance-01', prefix: ['docker', 'exec', '-it', 'glance_api'] });
    expect(text({ access }, 'pruner', 'cron')).toBe(
      '*/30 * * * * root docker exec glance_api glance-cache-pruner --config-file /etc/glance/glance-api.conf\n',
    );
  });

  it('escape the special characters of cron and systemd', () => {
    const configFiles = ['/etc/glance/50%$x.conf'];
    expect(text({ configFiles }, 'pruner', 'cron')).toContain(String.raw`'/etc/glance/50\%$x.conf'`);
    expect(text({ configFiles }, 'pruner', 'timer')).toContain("'/etc/glance/50%%$$x.conf'");
  });

  it('include notes about the release', () => {
    const notes = (major: number) => suggestJobs({ ...facts, release: { major, minor: 0 } }).map(({ note }) => note);
    expect(notes(25)).toEqual(['', '', '', '']);
    expect(notes(30)[0]).toContain('never ends');
    expect(notes(33)[2]).toContain('deprecation');
  });
});
