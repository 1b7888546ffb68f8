import { findClouds } from '../keystone/clouds-yaml.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function cloudProcedures({ clouds: os }: Implementer, { clouds, inventory, fleet, env, where }: Rooms) {
  return {
    find: os.find.handler(() => findClouds(env, where)),
    add: os.add.handler(({ input }) => clouds.add(input)),
    update: os.update.handler(({ input }) => clouds.update(input)),
    remove: os.remove.handler(async ({ input }) => {
      await clouds.remove(input.id);
      return {};
    }),
    test: os.test.handler(({ input, signal }) => clouds.test(input.id, signal)),
    unlock: os.unlock.handler(({ input, signal }) => clouds.unlock(input.id, input.secret, signal)),
    openDemo: os.openDemo.handler(() => clouds.openDemo()),
    catalogue: os.catalogue.handler(({ input }) => fleet.catalogue(inventory.cloud(input.id).id)),
    rereadCatalogue: os.rereadCatalogue.handler(({ input }) => {
      fleet.rereadCatalogue(inventory.cloud(input.id).id);
      return {};
    }),
  };
}
