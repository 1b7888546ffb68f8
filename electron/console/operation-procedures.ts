import type { Implementer, Rooms } from './rooms.ts';

export function operationProcedures({ operations: os }: Implementer, { operations, fleet }: Rooms) {
  return {
    plan: os.plan.handler(({ input }) => operations.plan(input)),
    start: os.start.handler(({ input }) => operations.start(input.planId)),
    cancel: os.cancel.handler(({ input }) => operations.cancel(input.id)),
    continue: os.continue.handler(({ input }) => operations.continue(input.id)),
    retryFailed: os.retryFailed.handler(({ input }) => operations.retryFailed(input.id)),
    pruneOver: os.pruneOver.handler(({ input }) => {
      operations.pruneOver(input.hostId);
      fleet.pruneOver(input.hostId);
      return {};
    }),
    list: os.list.handler(() => ({ operations: operations.list() })),
    targets: os.targets.handler(({ input }) => operations.targets(input.id)),
  };
}
