import type { Implementer, Rooms } from './rooms.ts';

export function discoveryProcedures(_: Implementer, __: Rooms) {
  return {};
}
