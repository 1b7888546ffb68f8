import type { FoundClouds } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { type CloudConfig, cloudOfEnvironment, cloudsOf } from './cloud-config.ts';
import type { ResolvedCloud } from './cloud-login.ts';
import { loginOf, summaryOfConfig } from './cloud-login.ts';
import { type ConfigRoots, configPaths, readFirst } from './config-files.ts';

type Read = { file: string | undefined; clouds: Map<string, CloudConfig> };

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
  const found = cloudsOf({ clouds, secure, profiles });
  const own = cloudOfEnvironment(env);
  if (own && !found.has(own.name)) found.set(own.name, own);
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
    const { OS_CLOUD: wanted } = env;
    return {
      file: file ?? null,
      looked,
      clouds: [...clouds.values()].slice(0, 1_000).map((cloud) => shown(cloud, where)),
      preselected: wanted && clouds.has(wanted) ? wanted.slice(0, 255) : null,
      failure: null,
    };
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    return { file: null, looked, clouds: [], preselected: null, failure: error.failure };
  }
}

function shown(cloud: CloudConfig, where: ConfigRoots): FoundClouds['clouds'][number] {
  const { authUrl, user, project, region, authType } = summaryOfConfig(cloud);
  const login = loginOf(cloud, where);
  const cut = (text: string | null) => text?.slice(0, 255) ?? null;
  return {
    name: cloud.name.slice(0, 255),
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
 * Reads one cloud of clouds.yaml again, with its secret where the files hold it. Throws `invalidInput` when it is
 * missing or cannot be used.
 */
export async function resolveCloudsYaml(
  cloudName: string,
  env: NodeJS.ProcessEnv,
  where: ConfigRoots,
): Promise<ResolvedCloud> {
  const { file, clouds } = await read(env, where);
  const cloud = clouds.get(cloudName);
  const place = file ?? 'clouds.yaml';
  if (!cloud) {
    const looked = configPaths('clouds', env, where, 'OS_CLIENT_CONFIG_FILE').slice(0, 20).join(', ');
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: file
        ? `${file} has no cloud ${cloudName}.`
        : `No clouds.yaml was found to read the cloud ${cloudName} from.`,
      remedy: file
        ? `Add it to ${file}, or choose another cloud.`
        : `Put a clouds.yaml where OpenStack's clients look for it (${looked}).`.slice(0, 2_000),
    });
  }
  const resolved = loginOf(cloud, where);
  if (typeof resolved !== 'string') return resolved;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `The cloud ${cloudName} of ${place} cannot be used. ${resolved}`.slice(0, 2_000),
    remedy: `Correct it in ${place}, or choose another cloud.`,
  });
}
