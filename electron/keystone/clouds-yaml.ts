import type { FoundClouds } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { ResolvedCloud } from './cloud.ts';

/** Where relative places are looked for. */
export type Where = { cwd: string; home: string };

/** What clouds.yaml holds, for the operator to choose from. Never a secret. */
export async function findClouds(_env: NodeJS.ProcessEnv, _where: Where): Promise<FoundClouds> {
  return { file: null, looked: [], clouds: [], preselected: null, failure: null };
}

/** One cloud of clouds.yaml with its secret. */
export async function resolveCloudsYaml(
  cloudName: string,
  _env: NodeJS.ProcessEnv,
  _where: Where,
): Promise<ResolvedCloud> {
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `There is no cloud ${cloudName} in clouds.yaml.`,
    remedy: 'Choose another cloud.',
  });
}
