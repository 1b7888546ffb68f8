import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { describeAnswers } from './traps/answers.ts';
import { describeDeleting } from './traps/deleting.ts';
import { Operator } from './traps/operator.ts';
import { describePruning } from './traps/pruning.ts';
import { describeQueueing } from './traps/queueing.ts';
import { Recorder } from './traps/recorder.ts';
import type { TrapContext } from './traps/trap-context.ts';
import type { ImpossibleTraps, TrapHost } from './traps/trap-host.ts';
import { describeWire } from './traps/wire.ts';

/** Milliseconds; restarting real servers is slow on a busy machine. */
const timeout = 150_000;

type Options = { pruneAndClean: boolean; cannot: ImpossibleTraps; makeHost: () => Promise<TrapHost> };

/**
 * Tests how the console handles the traps of docs/glance-cache-api.md, section 0, on one host, simulated or real.
 * TRAPS.md lists where each trap is handled and tested.
 */
export function describeTraps(name: string, { pruneAndClean, cannot, makeHost }: Options): void {
  // Hosts are tested concurrently; the tests of one host run one after the other.
  describe(`traps of ${name}`, { concurrent: true }, () => {
    let host: TrapHost;
    let service: Recorder;
    const operators: Operator[] = [];

    beforeAll(async () => {
      host = await makeHost();
      service = await Recorder.start(host.address);
      await host.announce(service.address);
    });
    beforeEach(() => host.empty());
    afterEach(async () => {
      await Promise.all(operators.splice(0).map((operator) => operator.close()));
    });
    afterAll(async () => {
      await service?.down();
      await host?.close();
    });

    const context: TrapContext = {
      trapHost: () => host,
      async open(tuning) {
        const operator = await Operator.open(host, service, tuning);
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
    describeQueueing(context);
    describeDeleting(context);
    describePruning(context);
    describeWire(context);
    describeAnswers(context);
  });
}
