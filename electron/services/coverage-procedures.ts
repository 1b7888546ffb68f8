import type { Implementer, Rooms } from './rooms.ts';

export function coverageProcedures({ coverage: os }: Implementer, { fleet }: Rooms) {
  return {
    get: os.get.handler(({ input }) => fleet.coverage(input.cloudIds)),
    places: os.places.handler(({ input }) => fleet.places(input.imageId)),
  };
}
