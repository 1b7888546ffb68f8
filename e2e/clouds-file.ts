import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoCloud, type DemoLogin, type DemoOptions, startDemoCloud } from '../electron/demo/simulated-cloud.ts';

/** A simulated cloud outside the console, and a clouds.yaml with several entries for it. */
export type OutsideCloud = AsyncDisposable & {
  cloud: DemoCloud;
  file: string;
  /** Environment variables with which a console finds the file, with `production` preselected. */
  env: Record<string, string>;
};

export async function outsideCloud(options: DemoOptions = {}): Promise<OutsideCloud> {
  const cloud = await startDemoCloud({ hosts: 3, images: 12, traffic: false, fetchBytesPerSecond: 1e12, ...options });
  const directory = await mkdtemp(join(tmpdir(), 'console-e2e-clouds-'));
  const file = join(directory, 'clouds.yaml');
  const entry = (login: DemoLogin) => ({
    region_name: 'RegionOne',
    auth: {
      auth_url: cloud.authUrl,
      username: login.username,
      password: login.password,
      project_name: login.projectName,
      user_domain_name: login.userDomain,
      project_domain_name: login.projectDomain,
    },
  });
  const clouds = {
    production: entry(cloud.login.admin),
    staging: entry(cloud.login.member),
    mistyped: entry({ ...cloud.login.admin, password: 'not the password' }),
    kerberos: { auth_type: 'v3kerberos', auth: { auth_url: cloud.authUrl } },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ clouds }));
  return {
    cloud,
    file,
    env: { OS_CLIENT_CONFIG_FILE: file, OS_CLOUD: 'production' },
    async [Symbol.asyncDispose]() {
      await cloud.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
