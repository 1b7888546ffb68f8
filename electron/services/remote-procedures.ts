import { testAccess } from './remote-test.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function remoteProcedures({ remote: os }: Implementer, { ssh, questions }: Rooms) {
  return {
    test: os.test.handler(({ input, signal }) => testAccess(ssh, input.remote, signal)),
    answer: os.answer.handler(({ input }) => {
      questions.answer(input.id, input.answer);
      return {};
    }),
  };
}
