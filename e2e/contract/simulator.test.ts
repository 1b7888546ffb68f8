import { afterAll } from 'vitest';
import { type DemoCloud, type DemoLogin, startDemoCloud } from '../../electron/demo/cloud.ts';
import type { HostSpec } from '../../electron/demo/hosts.ts';
import { describeCacheApi } from './suite.ts';
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
