import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { startDemoCloud } from '../../electron/demo/simulated-cloud.ts';

// Runs the simulated cloud in a worker thread, so that neither side of the comparison shares a thread with it.

const { hosts, images } = z.object({ hosts: z.int(), images: z.int() }).parse(workerData);
const specs = Array.from({ length: hosts }, (_, index) => ({
  name: `glance-${String(index + 1).padStart(2, '0')}`,
  release: index % 2 ? ('33' as const) : ('25' as const),
  fill: 'ordinary' as const,
}));
const cloud = await startDemoCloud({ hosts: specs, images, seed: 1, traffic: false });
parentPort?.postMessage({ authUrl: cloud.authUrl, login: cloud.login.admin, hosts: cloud.hosts });
