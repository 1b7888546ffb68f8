import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { HttpServer } from '../../electron/bridge/http-server.ts';
import { createRouter } from '../../electron/services/router.ts';
import { createServices } from '../../electron/services/services.ts';
import { memorySecrets } from '../../electron/store/secret-keeper.ts';

// A served console with short deadlines that is going to be killed: `console-process.ts DIRECTORY`. Everything else is
// as in `npm run serve`. The deadlines keep their order: a request never counts as lost while it may still arrive.

// A killed process does not write its compile cache, so it is written now, for the next one.
flushCompileCache();

const [dataDirectory = ''] = process.argv.slice(2);
const services = await createServices({
  dataDirectory,
  secrets: memorySecrets(),
  shell: 'browser',
  version: '0.0.0',
  env: process.env,
  cwd: dataDirectory,
  home: dataDirectory,
  deadlines: { change: 3_000, read: 3_000 },
  timings: { fetchTimeout: 4_000, fetchRate: 1e12, vanishAfter: 1_500 },
  limits: { firstBackOff: 50, maxBackOff: 400, minFollowInterval: 150, maxFollowInterval: 600, maxListAge: 500 },
});
const server = await HttpServer.open({
  service: { router: createRouter(services), log: services.log },
  pages: join(import.meta.dirname, '../../renderer'),
  port: 0,
});
for (const notice of services.notices.list()) process.stdout.write(`${notice}\n`);
process.stdout.write(`Console: ${server.createLoginUrl()}\n`);
