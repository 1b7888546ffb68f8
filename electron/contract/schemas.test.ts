import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCloud, connection, login } from './clouds.ts';
import { contract } from './contract.ts';
import { ExpectedFailure, failure, failureCode } from './failure.ts';
import { addHost, address, hostSettings, maxHosts, nameOfAddress } from './hosts.ts';
import { action, operation } from './operations.ts';
import { settingsFile } from './settings.ts';

describe('the settings file', () => {
  it('has a default for every missing field', () => {
    expect(settingsFile.parse({})).toEqual({
      version: 1,
      preferences: {
        theme: 'system',
        density: 'compact',
        refreshSeconds: 30,
        refreshPaused: false,
        queueStallMinutes: 5,
        confirmAbove: 20,
        keepOperationsDays: 90,
        keepOperations: 1_000,
        hostConcurrency: 16,
        requestsPerHost: 2,
        trendsMebibytes: 200,
        closeToTray: false,
        alerts: {
          overLimit: { enabled: true, minutes: 0 },
          timeToLimit: { enabled: true, days: 3 },
          unreachable: { enabled: true, minutes: 5 },
          queueStalled: { enabled: true },
          goldenDrift: { enabled: true, minutes: 30 },
          scheduleFailed: { enabled: true },
          expiring: { enabled: true, days: 14 },
          notify: true,
        },
      },
      clouds: [],
      hosts: [],
      goldenSets: [],
      wasteFilters: [],
      schedules: [],
      schedulesPaused: false,
    });
  });

  it('is unchanged when it is parsed again', () => {
    const once = settingsFile.parse({
      clouds: [
        { id: 'c', name: ' Prod ', source: { kind: 'typed', login: { kind: 'none' }, connection: {} } },
        { id: 'y', name: 'Yaml', source: { kind: 'cloudsYaml', cloudName: 'prod' } },
      ],
      hosts: [{ id: 'h', cloudId: 'c', name: 'glance-01', address: 'glance-01', limitBytes: null, note: '' }],
    });
    expect(once.hosts[0]?.address).toBe('http://glance-01:9292');
    expect(settingsFile.parse(structuredClone(once))).toEqual(once);
  });

  it('never contains a secret', () => {
    const cloud = { name: 'Prod', source: { kind: 'cloudsYaml', cloudName: 'prod' }, secret: 'hunter2' };
    expect(addCloud.parse(cloud).secret).toBe('hunter2');
    const kept = settingsFile.parse({ clouds: [{ id: 'c', ...cloud, password: 'hunter2' }] });
    expect(JSON.stringify(kept)).not.toContain('hunter2');
  });
});

describe('a login', () => {
  const authUrl = 'https://keystone.example:5000/v3';

  it('keeps the fields of its kind and no others', () => {
    const typed = { kind: 'password', authUrl, username: ' alice ', password: 'hunter2', credentialId: 'x' };
    expect(login.parse(typed)).toEqual({ kind: 'password', authUrl, username: 'alice' });
  });

  it.each([
    { kind: 'password', authUrl, username: '' },
    { kind: 'password', authUrl: 'ftp://keystone', username: 'a' },
    { kind: 'password', authUrl: 'keystone', username: 'a' },
    { kind: 'kerberos', authUrl },
    {},
  ])('%j is rejected', (value) => {
    expect(login.safeParse(value).success).toBe(false);
  });

  it('verifies certificates by default', () => {
    expect(connection.parse({})).toEqual({ interface: 'public', verify: true });
  });
});

describe('a host', () => {
  it('has an address as parseAddress formats it, within its bounds', () => {
    const part = fc.constantFrom('http://', 'h', 'ü', '/', 'ä', ':', '9292', '.', '%', '[::1]', '日本', '?', '@');
    const typed = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(part, { maxLength: 200 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = address.safeParse(text);
        if (!parsed.success) return;
        expect(parsed.data.length).toBeLessThanOrEqual(500);
        expect(address.parse(parsed.data)).toBe(parsed.data);
        hostSettings.shape.name.parse(nameOfAddress(parsed.data));
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be added with its address alone', () => {
    expect(addHost.parse({ cloudId: 'c', address: 'glance-01' })).toEqual({
      cloudId: 'c',
      address: 'http://glance-01:9292',
      limitBytes: null,
      note: '',
      labels: [],
      region: null,
      remote: null,
    });
  });

  it.each([0, -1, 1.5, 2 ** 60, Number.NaN])('rejects a limit of %d bytes', (limitBytes) => {
    const host = { id: 'h', cloudId: 'c', name: 'n', address: 'glance-01', limitBytes, note: '' };
    expect(hostSettings.safeParse(host).success).toBe(false);
  });
});

describe('an action', () => {
  it.each([
    { kind: 'queue', targets: [] },
    { kind: 'clear', hostIds: ['h'], what: 'all' },
    { kind: 'prune', hostIds: [] },
    { kind: 'reboot', hostIds: ['h'] },
    { kind: 'delete', targets: [{ hostId: 'h', imageId: '' }] },
  ])('%j is rejected', (value) => {
    expect(action.safeParse(value).success).toBe(false);
  });
});

describe('as many hosts as the settings allow', () => {
  const hostIds = Array.from({ length: maxHosts }, (_, index) => `host-${index}`);

  it('can be named by an action, and by the operation that results from it', () => {
    expect(action.safeParse({ kind: 'clear', hostIds, what: 'cache' }).success).toBe(true);
    expect(operation.shape.hostIds.safeParse(hostIds).success).toBe(true);
    expect(settingsFile.shape.hosts.safeParse(Array(maxHosts + 1).fill({})).success).toBe(false);
  });
});

describe('a failure', () => {
  it('can have each of its codes at every procedure', () => {
    const procedures = (node: object): { errorMap: object }[] =>
      Object.values(node).flatMap((item) => ('~orpc' in item ? [item['~orpc']] : procedures(item)));
    const all = procedures(contract);
    expect(all.length).toBeGreaterThan(15);
    for (const { errorMap } of all) {
      expect(Object.keys(errorMap)).toEqual(expect.arrayContaining([...failureCode.options, 'fault']));
    }
  });

  it('is thrown with its message', () => {
    const thrown = new ExpectedFailure({ code: 'timeout', message: 'a: no answer.', remedy: 'Try again.' });
    expect(thrown.message).toBe('a: no answer.');
    expect(failure.parse(thrown.failure)).toEqual(thrown.failure);
  });
});
