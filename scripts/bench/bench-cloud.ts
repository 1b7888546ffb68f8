import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

const description = z.object({
  authUrl: z.string(),
  login: z.object({
    username: z.string(),
    password: z.string(),
    userDomain: z.string(),
    projectName: z.string(),
    projectDomain: z.string(),
  }),
  hosts: z.array(z.object({ name: z.string(), address: z.string(), limitBytes: z.number() })),
});

/** The simulated cloud that both sides of the comparison use. */
export type BenchCloud = z.infer<typeof description>;

/** Starts the simulated cloud on loopback in a worker thread. */
export async function startBenchCloud(hosts: number, images: number) {
  const worker = new Worker(new URL('./cloud.ts', import.meta.url), { workerData: { hosts, images } });
  const [told] = await once(worker, 'message');
  return {
    cloud: description.parse(told),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
