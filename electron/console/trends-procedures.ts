import type { Implementer, Rooms } from './rooms.ts';

export function trendsProcedures(_: Implementer, __: Rooms) {
  return {};
}
