import { implement, ORPCError } from '@orpc/server';
import { pino } from 'pino';
import type { ConsoleEvent } from '../../contract/contract.ts';
import { contract } from '../../contract/contract.ts';
import type { Failure } from '../../contract/failure.ts';
import type { HostImages } from '../../contract/fleet.ts';
import { preferences } from '../../contract/settings.ts';
import type { RpcService } from '../rpc-service.ts';

/** The failure of the stub's host `down`. */
export const downFailure: Failure = {
  code: 'unreachable',
  message: 'glance-07 (http://127.0.0.1:1) does not answer',
  remedy: 'Check that the service runs.',
};
/** Words that must not reach a page. */
export const innerWords = 'inner words of a fault';

type Logged = { reference?: string; msg: string };

/** A console with a few procedures, one for each case that a bridge must handle, and a record of their calls. */
export type StubServices = {
  service: RpcService;
  /** Log entries, parsed. */
  logged: Logged[];
  /** The calls and events of the procedures, in order; `seen('x')` waits for one. */
  happened: string[];
  seen(what: string): Promise<void>;
};

export function stubServices(): StubServices {
  const logged: Logged[] = [];
  const happened: string[] = [];
  const waiting = new Map<string, (() => void)[]>();
  const note = (what: string) => {
    happened.push(what);
    for (const tell of waiting.get(what) ?? []) tell();
  };
  const log = pino(
    { level: 'info', serializers: { error: pino.stdSerializers.err } },
    { write: (line: string) => void logged.push(JSON.parse(line)) },
  );
  const os = implement(contract);
  const opening: Extract<ConsoleEvent, { type: 'state' }> = {
    type: 'state',
    preferences: preferences.parse({}),
    fleet: { distinctImages: 0 },
    clouds: [],
    hosts: [],
    operations: [],
    questions: [],
    storage: null,
  };
  const router = {
    events: os.events.handler(async function* ({ signal }) {
      note('stream opened');
      try {
        yield opening;
        await aborted(signal);
      } finally {
        note('stream ended');
      }
    }),
    preferences: {
      update: os.preferences.update.handler(({ input }) => {
        note('preferences updated');
        return { ...opening.preferences, ...input };
      }),
    },
    hosts: {
      images: os.hosts.images.handler(async ({ input: { id }, signal }) => {
        note(`images ${id}`);
        if (id === 'down') throw new ORPCError('unreachable', { data: downFailure });
        if (id === 'fault') throw new Error(innerWords);
        if (id === 'lying') return { hostId: id, revision: innerWords } as unknown as HostImages;
        if (id === 'slow') {
          await aborted(signal);
          note('slow cancelled');
        }
        return imagesOf(id);
      }),
    },
  };
  return {
    service: { router, log },
    logged,
    happened,
    seen(what) {
      if (happened.includes(what)) return Promise.resolve();
      return new Promise((resolve) => waiting.set(what, [...(waiting.get(what) ?? []), resolve]));
    },
  };
}

/** The stub's answer about a host's images. The host `large` has many. */
export function imagesOf(hostId: string): HostImages {
  const odd = Array.from({ length: hostId === 'large' ? 5_500 : 0 }, (_, n) => ({ text: `é "${n}"`, problem: '\n' }));
  return { hostId, revision: 1, takenAt: 1_700_000_000_000, cached: [], queued: [], odd };
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
