import type { CloudSource, FoundClouds } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { type CloudConfig, cloudOfEnvironment, cloudsOf } from './cloud-config.ts';
import type { ResolvedCloud } from './cloud-login.ts';
import { loginOf, summaryOfConfig } from './cloud-login.ts';
import { type ConfigRoots, configPaths, readFirst } from './config-files.ts';

type Read = { file: string | undefined; clouds: CloudConfig[] };

/**
 * Reads the configuration as openstacksdk does: the first clouds.yaml, the first secure.yaml, the first
 * clouds-public.yaml.
 */
async function read(env: NodeJS.ProcessEnv, where: ConfigRoots): Promise<Read> {
  const [clouds, secure, profiles] = await Promise.all([
    readFirst(configPaths('clouds', env, where, 'OS_CLIENT_CONFIG_FILE')),
    readFirst(configPaths('secure', env, where, 'OS_CLIENT_SECURE_FILE')),
    readFirst(configPaths('clouds-public', env, where)),
  ]);
  const found = cloudsOf({ clouds, secure, profiles }, env);
  const own = cloudOfEnvironment(env);
  if (own && !found.some(({ name }) => name === own.name)) found.push(own);
  return { file: clouds?.path, clouds: found };
}

/**
 * Lists the clouds of clouds.yaml to choose from, each with the reason when the console cannot use it. Contains no
 * secret. A damaged file is reported in `failure`.
 */
export async function findClouds(env: NodeJS.ProcessEnv, where: ConfigRoots): Promise<FoundClouds> {
  const looked = configPaths('clouds', env, where, 'OS_CLIENT_CONFIG_FILE').slice(0, 20);
  try {
    const { file, clouds } = await read(env, where);
    return {
      file: file ?? null,
      looked,
      clouds: clouds.slice(0, 1_000).map((cloud) => shown(cloud, where)),
      preselected: preselect(clouds, env),
      failure: null,
    };
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    return { file: null, looked, clouds: [], preselected: null, failure: error.failure };
  }
}

/** The name of the cloud that the environment names, as in the list; null when it names none of them. */
function preselect(clouds: readonly CloudConfig[], env: NodeJS.ProcessEnv): string | null {
  const { OS_CLOUD: wanted, OS_REGION_NAME: region } = env;
  const named = clouds.filter(({ name }) => name === wanted);
  const cloud = named.find((one) => one.region === region) ?? named[0];
  return cloud ? listedName(cloud) : null;
}

function listedName({ name, region }: CloudConfig): string {
  return region === undefined ? name.slice(0, 255) : `${name.slice(0, 255)} ${region.slice(0, 255)}`;
}

function shown(cloud: CloudConfig, where: ConfigRoots): FoundClouds['clouds'][number] {
  const { authUrl, user, project, region, authType } = summaryOfConfig(cloud);
  const login = loginOf(cloud, where);
  const cut = (text: string | null) => text?.slice(0, 255) ?? null;
  return {
    name: listedName(cloud),
    cloudName: cloud.name.slice(0, 255),
    regionName: cut(cloud.region ?? null),
    // A login inside the address is a secret; `problem` reports it.
    authUrl: authUrl?.includes('@') ? null : (authUrl?.slice(0, 1_000) ?? null),
    user: cut(user),
    project: cut(project),
    region: cut(region),
    authType: authType.slice(0, 100),
    problem: typeof login === 'string' ? login.slice(0, 500) : null,
  };
}

/**
 * Reads one cloud of clouds.yaml again, with its secret if the files or the environment have it: in the named region,
 * otherwise in its first one. Throws `invalidInput` if it is missing or cannot be used.
 */
export async function resolveCloudsYaml(
  { cloudName, regionName }: Pick<Extract<CloudSource, { kind: 'cloudsYaml' }>, 'cloudName' | 'regionName'>,
  env: NodeJS.ProcessEnv,
  where: ConfigRoots,
): Promise<ResolvedCloud> {
  const { file, clouds } = await read(env, where);
  const ofName = clouds.filter(({ name }) => name === cloudName);
  const cloud = regionName ? ofName.find(({ region }) => region === regionName) : ofName[0];
  const place = file ?? 'clouds.yaml';
  if (!cloud) {
    const looked = configPaths('clouds', env, where, 'OS_CLIENT_CONFIG_FILE').slice(0, 20).join(', ');
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: file
        ? ofName.length > 0
          ? `${file} does not list the region ${regionName} for the cloud ${cloudName}.`
          : `${file} has no cloud ${cloudName}.`
        : `No clouds.yaml found for the cloud ${cloudName}.`,
      remedy: file
        ? `Add it to ${file}, or choose another cloud.`
        : `Place clouds.yaml in a standard location (${looked}).`.slice(0, 2_000),
    });
  }
  const resolved = loginOf(cloud, where);
  if (typeof resolved !== 'string') return resolved;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `The cloud ${cloudName} in ${place} cannot be used. ${resolved}`.slice(0, 2_000),
    remedy: `Correct it in ${place}, or choose another cloud.`,
  });
}
