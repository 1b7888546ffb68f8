import { afterAll, expect, test } from 'vitest';
import type { HostSpec } from '../../electron/demo/simulated-cloud.ts';
import { type DemoCloud, type DemoLogin, startDemoCloud } from '../../electron/demo/simulated-cloud.ts';
import { GlanceHost } from '../../electron/glance/glance-host.ts';
import { ImageCatalogue } from '../../electron/glance/image-catalogue.ts';
import { describeReading } from './reading-suite.ts';
import { describeCacheApi } from './suite.ts';
import { failureOf, sessionOf } from './suite-fixture.ts';
import type { CacheApiTarget, TargetFacts, TargetLogin } from './target.ts';

const limitBytes = 5_000_000;
const spec = (name: string, release: HostSpec['release']): HostSpec => ({
  name,
  release,
  fill: 'ordinary',
  limitBytes,
});
const hosts = [spec('of-33', '33'), spec('of-25', '25'), spec('of-29', '29'), spec('of-23', '23')];

let running: Promise<DemoCloud> | undefined;
function cloud(): Promise<DemoCloud> {
  running ??= startDemoCloud({ hosts, images: 0, traffic: false });
  return running;
}
afterAll(async () => (await running)?.close());

const atOnce = { dialect: 'cacheApi', fetch: 'atOnce', limitBytes, deletesElsewhere: true } as const;

describeCacheApi('simulated Glance 33', () => target('of-33', { ...atOnce, apiVersion: '2.18', pruneAndClean: true }));
describeCacheApi('simulated Glance 29', () => target('of-29', { ...atOnce, apiVersion: '2.17', pruneAndClean: false }));
describeCacheApi('simulated Glance 25', () => target('of-25', { ...atOnce, apiVersion: '2.16', pruneAndClean: false }));
describeCacheApi('simulated Glance 23', () =>
  target('of-23', { ...atOnce, dialect: 'legacy', fetch: 'periodic', apiVersion: '2.12', pruneAndClean: false }),
);

describeReading('simulated Glance 33', () => target('of-33', { ...atOnce, apiVersion: '2.18', pruneAndClean: true }));
describeReading('simulated Glance 23', () =>
  target('of-23', { ...atOnce, dialect: 'legacy', fetch: 'periodic', apiVersion: '2.12', pruneAndClean: false }),
);

test('a catalog of several pages is read completely', async () => {
  const big = await startDemoCloud({ hosts: 1, images: 2_100, traffic: false });
  const session = sessionOf(big.authUrl, loginOf(big.login.admin));
  try {
    const images = await new ImageCatalogue({ address: big.hosts[0]?.address ?? '', session }).readAll();
    expect(new Set(images.map((image) => image.id))).toEqual(new Set(big.control.images().map((image) => image.id)));
    expect(big.control.host('glance-01').requests.filter((request) => request.path.includes('marker='))).not.toEqual(
      [],
    );
  } finally {
    await session.close();
    await big.close();
  }
});

test('an expired token is renewed once, without an error; a Keystone that hosts cannot reach is named as a cause', async () => {
  const { control, authUrl, login } = await cloud();
  const session = sessionOf(authUrl, loginOf(login.admin));
  const host = new GlanceHost({ address: control.host('of-33').address, session });
  try {
    const capabilities = await host.capabilities();
    const stale = await session.token();
    control.expireTokens();
    await host.list(capabilities);
    expect(await session.token()).not.toBe(stale);
    const remove = control.host('of-33').fault({ kind: 'status', status: 401 });
    const failure = await failureOf(host.list(capabilities));
    remove();
    expect(failure.code).toBe('unauthenticated');
    expect(failure.remedy).toMatch(/cannot reach Keystone.*belongs to a different cloud/);
  } finally {
    await session.close();
  }
});

async function target(name: string, facts: TargetFacts): Promise<CacheApiTarget> {
  const { control, authUrl, login } = await cloud();
  const host = control.host(name);
  const visible = (visibility: 'public' | 'private', hidden = false) => ({ visibility, hidden });
  return {
    name,
    address: host.address,
    facts,
    authUrl,
    admin: loginOf(login.admin),
    member: loginOf(login.member),
    makeImage: async ({ name, bytes, visibility, hidden }) =>
      control.addImage({ name, size: bytes, ...visible(visibility, hidden) }).id,
    makeImageWithoutData: async (name) => control.addImage({ name, status: 'queued' }).id,
    deleteImage: async (imageId) => control.deleteImage(imageId),
    download: async (imageId) => {
      const token = control.adminToken();
      const answer = await fetch(`${host.address}/v2/images/${imageId}/file`, { headers: { 'X-Auth-Token': token } });
      if (!answer.ok) throw new Error(`Download: ${answer.status}`);
      await answer.arrayBuffer();
    },
    ...(facts.fetch === 'periodic' ? { fetchQueued: async () => host.runPeriodicJob() } : {}),
  };
}

function loginOf({ username, password, projectName }: DemoLogin): TargetLogin {
  return { username, password, project: projectName };
}
