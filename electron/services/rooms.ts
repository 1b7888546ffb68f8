import { implement } from '@orpc/server';
import { contract } from '../contract/contract.ts';
import type { About } from '../contract/settings.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Golden } from '../golden/golden.ts';
import type { Where } from '../keystone/config-files.ts';
import type { Operations } from '../operations/operations.ts';
import type { Ssh } from '../ssh/ssh.ts';
import type { Logger } from '../store/log.ts';
import type { Trends } from '../trends/trends.ts';
import type { Clouds } from './clouds.ts';
import type { EventStream } from './event-stream.ts';
import { thrownToPage } from './failures.ts';
import type { Inventory } from './inventory.ts';
import type { Questions } from './questions.ts';
import type { Sessions } from './sessions.ts';

/** What the procedures call. */
export type Rooms = {
  about: () => About;
  inventory: Inventory;
  clouds: Clouds;
  sessions: Sessions;
  fleet: Fleet;
  golden: Golden;
  operations: Operations;
  trends: Trends;
  ssh: Ssh;
  questions: Questions;
  events: EventStream;
  log: Logger;
  env: NodeJS.ProcessEnv;
  where: Where;
};

/** The contract to be implemented, with the one way in which a procedure fails. */
export function implementer(log: Logger) {
  return implement(contract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      throw thrownToPage(error, path.join('.'), log);
    }
  });
}

export type Implementer = ReturnType<typeof implementer>;
