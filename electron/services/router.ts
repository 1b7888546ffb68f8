import { setImmediate } from 'node:timers/promises';
import type { Coverage } from '../contract/coverage.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { Catalogued, ImageServiceId } from '../contract/images.ts';
import { searchSteps } from '../fleet/image-search.ts';
import { cloudOfService } from '../fleet/image-services.ts';
import { findClouds } from '../keystone/clouds-yaml.ts';
import { inSlices } from '../lib/slices.ts';
import { discoveryProcedures } from './discovery-procedures.ts';
import { goldenProcedures } from './golden-procedures.ts';
import { hostJobsProcedures } from './host-jobs-procedures.ts';
import { hostProcedures } from './host-procedures.ts';
import { createImplementer, type Implementer } from './procedure-errors.ts';
import { scheduleProcedures } from './schedule-procedures.ts';
import type { Services } from './services.ts';
import { testSshAccess } from './ssh-access.ts';
import { wasteProcedures } from './waste-procedures.ts';

export type Router = ReturnType<typeof createRouter>;

/** The contract's implementation: every procedure, bound to the services. */
export function createRouter(services: Services) {
  const { settings, events, fleet } = services;
  const os = createImplementer(services.log, services.storage);
  return os.router({
    about: os.about.handler(() => services.about()),
    dismissNotice: os.dismissNotice.handler(({ input }) => {
      services.notices.dismiss(input.notice);
      return {};
    }),
    events: os.events.handler(({ signal }) => events.open(signal)),
    preferences: { update: os.preferences.update.handler(({ input }) => settings.setPreferences(input)) },
    clouds: cloudProcedures(os, services),
    hosts: hostProcedures(os, services),
    operations: operationProcedures(os, services),
    remote: sshProcedures(os, services),
    coverage: {
      get: os.coverage.get.handler(({ input }) => fleet.coverage(input.cloudIds)),
      places: os.coverage.places.handler(({ input }) => fleet.places(input.imageId)),
    },
    golden: goldenProcedures(os, services),
    discovery: discoveryProcedures(os, services),
    trends: trendsProcedures(os, services),
    search: searchProcedures(os, services),
    waste: wasteProcedures(os, services),
    hostJobs: hostJobsProcedures(os, services),
    schedules: scheduleProcedures(os, services),
    alerts: alertProcedures(os, services),
  });
}

function cloudProcedures({ clouds: os }: Implementer, { clouds, sessions, settings, fleet, env, where }: Services) {
  /** Throws `notFound` when the cloud of the image service was removed. */
  function knownService(serviceId: ImageServiceId): ImageServiceId {
    settings.cloud(cloudOfService(serviceId).cloudId);
    return serviceId;
  }
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
    regions: os.regions.handler(({ input, signal }) => sessions.of(settings.cloud(input.id).id).regions(signal)),
    catalogue: os.catalogue.handler(({ input }) => fleet.catalogue(knownService(input.imageServiceId))),
    rereadCatalogue: os.rereadCatalogue.handler(({ input }) => {
      fleet.rereadCatalogue(knownService(input.imageServiceId));
      return {};
    }),
  };
}

function alertProcedures({ alerts: os }: Implementer, { alerts }: Services) {
  return {
    list: os.list.handler(() => ({ alerts: [...alerts.list()] })),
    acknowledge: os.acknowledge.handler(({ input }) => {
      alerts.acknowledge(input.ids);
      return {};
    }),
    mute: os.mute.handler(({ input: { ids, minutes } }) => {
      alerts.mute(ids, minutes === null ? null : Date.now() + minutes * 60_000);
      return {};
    }),
  };
}

function operationProcedures({ operations: os }: Implementer, { operations, fleet }: Services) {
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

function sshProcedures({ remote: os }: Implementer, { ssh, prompts }: Services) {
  return {
    test: os.test.handler(({ input, signal }) => testSshAccess(ssh, input.remote, signal)),
    answer: os.answer.handler(({ input }) => {
      prompts.answer(input.id, input.answer);
      return {};
    }),
  };
}

function trendsProcedures({ trends: os }: Implementer, { trends, fleet }: Services) {
  return {
    host: os.host.handler(({ input }) => {
      const trend = trends.host(input.id, input.span);
      if (trend) return trend;
      throw new ExpectedFailure({
        code: 'notFound',
        message: 'Host not found.',
        remedy: 'It may have been removed. Go back to Fleet.',
      });
    }),
    image: os.image.handler(({ input: { imageId, hostId, span } }) =>
      trends.image(imageId, hostId === undefined ? fleet.summaries().map(({ id }) => id) : [hostId], span),
    ),
    sparks: os.sparks.handler(() => trends.sparks()),
    retention: os.retention.handler(() => trends.retention()),
  };
}

/**
 * How long, in milliseconds, searches use the same coverage. With many hosts something changes at every keystroke, and
 * computing the coverage takes longer than the search.
 */
const coverageMaxAgeMs = 2_000;

function searchProcedures({ search: os }: Implementer, { fleet, settings }: Services) {
  let last: { at: number; looked: ReturnType<typeof look> } | undefined;
  async function look(): Promise<{ coverage: Coverage; serviceOf: ImageServiceId[] }> {
    const coverage = await fleet.coverage();
    return { coverage, serviceOf: coverage.hosts.map(({ hostId }) => fleet.summary(hostId)?.imageServiceId ?? '') };
  }
  function recent(): ReturnType<typeof look> {
    const now = performance.now();
    if (!last || now - last.at >= coverageMaxAgeMs) {
      const looked = look();
      const mine = { at: now, looked };
      last = mine;
      // Computing it may take long, and a failure must not be the answer to the next search.
      const forget = () => {
        if (last === mine) last = undefined;
      };
      looked.then(() => {
        mine.at = performance.now();
      }, forget);
    }
    return last.looked;
  }
  return {
    images: os.images.handler(async ({ input: { text, limit }, signal }) => {
      // The next keystroke may have cancelled this search already.
      await setImmediate();
      if (signal?.aborted) return { images: [], matching: 0 };
      const { coverage, serviceOf } = await recent();
      if (signal?.aborted) return { images: [], matching: 0 };
      return inSlices(searchSteps(coverage, serviceOf, text, limit));
    }),
    catalogued: os.catalogued.handler(async ({ input: { imageId } }) => {
      const entries = await Promise.all(
        fleet.imageServices(settings.clouds).map(async ({ cloudId, id }): Promise<Catalogued['entries']> => {
          const { images } = await fleet.catalogue(id);
          const image = images.find((one) => one.id === imageId);
          return image ? [{ cloudId, imageServiceId: id, image }] : [];
        }),
      );
      return { entries: entries.flat() };
    }),
  };
}
