import { flushCompileCache } from 'node:module';
import { createRouterClient } from '@orpc/server';
import { memorySecrets } from '../../store/secret-keeper.ts';
import { createRouter } from '../router.ts';
import { createServices } from '../services.ts';

/**
 * A console in its own process that is going to be killed: its arguments are a data directory, and as JSON the secrets
 * of its clouds and its environment. It answers messages `{ id, path, input }` with `{ id, answer }` or `{ id, error
 * }`, and reports its operations. It writes its compile cache at once, because a killed process does not.
 */
// Its end comes too suddenly to keep what was compiled for the next one.
flushCompileCache();

const [directory = '', given = '{}', env = '{}'] = process.argv.slice(2);
const secrets = memorySecrets();
for (const [cloudId, secret] of Object.entries(JSON.parse(given))) await secrets.set(cloudId, String(secret));
const services = await createServices({
  dataDirectory: directory,
  secrets,
  shell: 'browser',
  version: '0.0.0',
  env: JSON.parse(env),
  cwd: directory,
  home: directory,
  limits: { firstBackOff: 50, maxBackOff: 400 },
});
const { operations, hosts, schedules, events } = createRouterClient(createRouter(services), { context: {} });
const procedures: Record<string, (input: never) => Promise<unknown>> = {
  'hosts.refresh': hosts.refresh,
  'operations.select': operations.select,
  'operations.plan': operations.plan,
  'operations.start': operations.start,
  'operations.cancel': operations.cancel,
  'operations.continue': operations.continue,
  'operations.retryFailed': operations.retryFailed,
  'operations.list': operations.list,
  'operations.targets': operations.targets,
  'operations.output': operations.output,
  'schedules.runNow': schedules.runNow,
  'schedules.runs': schedules.runs,
};

process.on('message', async ({ id, path, input }: { id: number; path: string; input: unknown }) => {
  try {
    process.send?.({ id, answer: await procedures[path]?.(input as never) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.send?.({ ready: true });
for await (const event of await events({}))
  if (event.type === 'operation') process.send?.({ changed: event.operation });
