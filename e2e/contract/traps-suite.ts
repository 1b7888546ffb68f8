import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { describeAnswers } from './traps/answers.ts';
import type { TrapBed, Unprovokable } from './traps/bed.ts';
import { describeDeleting } from './traps/deleting.ts';
import { Operator } from './traps/operator.ts';
import { describePruning } from './traps/pruning.ts';
import { describeQueueing } from './traps/queueing.ts';
import { Recorder } from './traps/recorder.ts';
import type { Scene } from './traps/scene.ts';
import { describeWire } from './traps/wire.ts';

/** Milliseconds; restarting real servers is slow on a busy machine. */
const timeout = 150_000;

type Options = { pruneAndClean: boolean; cannot: Unprovokable; makeBed: () => Promise<TrapBed> };

/**
 * Tests how the console handles the traps of docs/glance-cache-api.md, section 0, on one host, simulated or real.
 * TRAPS.md lists where each trap is handled and tested.
 */
export function describeTraps(name: string, { pruneAndClean, cannot, makeBed }: Options): void {
  // Hosts are tested concurrently; the tests of one host run one after the other.
  describe(`traps of ${name}`, { concurrent: true }, () => {
    let bed: TrapBed;
    let service: Recorder;
    const operators: Operator[] = [];

    beforeAll(async () => {
      bed = await makeBed();
      service = await Recorder.start(bed.address);
      await bed.announce(service.address);
    });
    beforeEach(() => bed.empty());
    afterEach(async () => {
      await Promise.all(operators.splice(0).map((operator) => operator.close()));
    });
    afterAll(async () => {
      await service?.down();
      await bed?.close();
    });

    const scene: Scene = {
      bed: () => bed,
      async open(tuning) {
        const operator = await Operator.open(bed, service, tuning);
        operators.push(operator);
        return operator;
      },
      trap(trapName, title, run) {
        const why = cannot[trapName];
        if (why === undefined) test(title, { concurrent: false, timeout }, run);
        else test.skip(`${title} (${why})`, { concurrent: false }, run);
      },
      pruneAndClean,
    };
    describeQueueing(scene);
    describeDeleting(scene);
    describePruning(scene);
    describeWire(scene);
    describeAnswers(scene);
  });
}
