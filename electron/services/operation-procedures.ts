import type { Implementer, Rooms } from './rooms.ts';

export function operationProcedures({ operations: os }: Implementer, { operations, fleet }: Rooms) {
  return {
    select: os.select.handler(({ input }) => operations.select(input)),
    plan: os.plan.handler(({ input }) => operations.plan(input)),
    start: os.start.handler(({ input }) => operations.start(input.planId, input.typedName)),
    cancel: os.cancel.handler(({ input }) => operations.cancel(input.id)),
    continue: os.continue.handler(({ input }) => operations.continue(input.id)),
    retryFailed: os.retryFailed.handler(({ input }) => operations.retryFailed(input.id)),
    pruneOver: os.pruneOver.handler(({ input }) => {
      fleet.pruneOver(input.hostId);
      return {};
    }),
    list: os.list.handler(({ input }) => ({ operations: operations.list(input) })),
    targets: os.targets.handler(({ input }) => operations.targets(input)),
    output: os.output.handler(({ input }) => operations.output(input)),
    history: os.history.handler(({ input }) => operations.history(input)),
  };
}
