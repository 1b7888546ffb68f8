import { ORPCError } from '@orpc/client';
import type { ConsoleClient } from '../bridge/client.ts';

/** Answers of the main process by procedure, such as `hosts.images`; each gets the procedure's input. */
export type Procedures = Record<string, (input: never) => unknown>;

let procedures: Procedures = {};
const calls: { procedure: string; input: unknown }[] = [];

/** Sets the answers of the main process in this test, and clears the calls of the test before. */
export function answerWith(next: Procedures): void {
  procedures = next;
  calls.length = 0;
}

/** The inputs with which a procedure was called in this test, in order. */
export function callsOf(procedure: string): unknown[] {
  return calls.filter((call) => call.procedure === procedure).map(({ input }) => input);
}

/** Replaces the client of the contract: calls the answers of `answerWith`, and fails where none is set. */
export const fakeClient = nested([]) as ConsoleClient;

function nested(path: readonly string[]): unknown {
  return new Proxy(() => undefined, {
    get: (_target, name) => (typeof name === 'string' && name !== 'then' ? nested([...path, name]) : undefined),
    async apply(_target, _self, [input]: unknown[]) {
      const procedure = path.join('.');
      calls.push({ procedure, input });
      const answer = procedures[procedure];
      if (!answer) throw new ORPCError('NOT_FOUND', { message: `The test answers nothing for ${procedure}` });
      return await answer(input as never);
    },
  });
}
