import { ExpectedFailure } from '../contract/failure.ts';
import type { Implementer } from './rooms.ts';

export function operationProcedures({ operations: os }: Implementer) {
  return {
    plan: os.plan.handler(notYet),
    start: os.start.handler(notYet),
    cancel: os.cancel.handler(notYet),
    continue: os.continue.handler(notYet),
    retryFailed: os.retryFailed.handler(notYet),
    pruneOver: os.pruneOver.handler(notYet),
    list: os.list.handler(() => ({ operations: [] })),
    targets: os.targets.handler(notYet),
  };
}

function notYet(): never {
  throw new ExpectedFailure({
    code: 'unsupported',
    message: 'This console cannot act on hosts yet.',
    remedy: 'Use a newer one.',
  });
}
