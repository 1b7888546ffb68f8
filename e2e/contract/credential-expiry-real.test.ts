import { afterAll, beforeAll, expect, test } from 'vitest';
import { testServices } from '../../electron/services/testing/test-services.ts';
import { RealServers } from '../real/real-cloud.ts';
import { Keystone } from '../real/servers/identity.ts';
import { until } from './traps/operator.ts';

/** What the console reports about application credentials of a real Keystone that expire. Sends nothing to a host. */
const servers = await RealServers.connect();
const { authUrl, admin } = servers.description;
const secret = 'the-secret-of-a-credential-that-expires';
const dayMs = 24 * 3_600_000;

let keystone: Keystone;
let console: Awaited<ReturnType<typeof testServices>>;
const credentials: string[] = [];

beforeAll(async () => {
  keystone = await Keystone.logIn(authUrl, admin);
  console = await testServices({ env: { NO_PROXY: '*' } });
});

afterAll(async () => {
  await console[Symbol.asyncDispose]();
  for (const id of credentials) await keystone.deleteApplicationCredential(id);
});

async function cloud(id: string) {
  const found = (await console.state()).clouds.find((each) => each.id === id);
  if (!found) throw new Error(`There is no cloud ${id}`);
  return found;
}

/** Adds a cloud with a new application credential, and logs in to it. */
async function addCloud(name: string, expiresAt?: Date): Promise<string> {
  const credentialId = await keystone.createApplicationCredential(`${name} ${Date.now()}`, secret, expiresAt);
  credentials.push(credentialId);
  const { id } = await console.client.clouds.add({
    name,
    source: {
      kind: 'typed',
      login: { kind: 'applicationCredential', authUrl, credentialId },
      connection: { interface: 'public', verify: true },
    },
    secret,
  });
  await until(async () => (await cloud(id)).identity !== null, `a login to ${name}`);
  return id;
}

/** The alerts of a cloud, evaluated again. */
async function alertsOf(cloudId: string) {
  await console.services.alerts.evaluate();
  const { alerts } = await console.client.alerts.list({});
  return alerts.filter((alert) => alert.cloudId === cloudId);
}

test('an alert says when the application credential of a cloud expires', async () => {
  const expiresAt = new Date(Date.now() + 5.1 * dayMs);
  const cloudId = await addCloud('Five days', expiresAt);
  await until(async () => (await alertsOf(cloudId)).length > 0, 'the alert');
  expect(await alertsOf(cloudId)).toMatchObject([
    {
      rule: 'expiring',
      severity: 'warning',
      title: 'The application credential of Five days expires in 5 days',
      text: expect.stringContaining(expiresAt.toISOString().slice(0, 16)),
    },
  ]);
});

test('an expiry within two days is critical, and a credential that never expires has no alert', async () => {
  const endless = await addCloud('Endless');
  const soon = await addCloud('Tomorrow', new Date(Date.now() + 30.1 * 3_600_000));
  await until(async () => (await alertsOf(soon)).length > 0, 'the alert');
  expect(await alertsOf(soon)).toMatchObject([
    { severity: 'critical', title: 'The application credential of Tomorrow expires in 30 hours' },
  ]);
  expect(await alertsOf(endless)).toEqual([]);
});

test('after the expiry the alert says so, and the cloud shows why its login fails', async () => {
  const expiresAt = Date.now() + 8_000;
  const cloudId = await addCloud('Short', new Date(expiresAt));
  await until(async () => (await alertsOf(cloudId)).length > 0, 'the alert');
  await until(() => Date.now() > expiresAt + 1_000, 'the credential to expire');
  await expect(console.services.sessions.logIn(cloudId)).rejects.toMatchObject({
    failure: { code: 'unauthenticated' },
  });
  expect((await cloud(cloudId)).failure).toMatchObject({ code: 'unauthenticated' });
  expect(await alertsOf(cloudId)).toMatchObject([
    { severity: 'critical', title: 'The application credential of Short has expired' },
  ]);
});
