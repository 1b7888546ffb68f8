import { expect } from 'vitest';
import type { Operator } from './operator.ts';
import type { TrapContext } from './trap-context.ts';

const mebibyte = 1024 * 1024;
const prunes = (operator: Operator) => operator.host.of('POST', '/v2/cache/prune').length;

/** Trap 4: if files without a record exceed the limit, a native prune never ends, and neither does any later one. */
export function describePruning({ trapHost, open, trap }: TrapContext): void {
  const impatient = { deadlines: { prune: 1_500 } };

  trap(
    'hungPrune',
    'trap 4: a prune that never answers has a deadline, is explained, and is not sent twice',
    async () => {
      const ids = [await trapHost().makeImage('one', mebibyte), await trapHost().makeImage('two', mebibyte)];
      const operator = await open({ ...impatient, limitBytes: mebibyte });
      await operator.cache(...ids);

      // A host that stays over its limit after a prune is a sign of this, and the plan warns.
      const returned = await operator.run(await operator.planHost({ kind: 'prune' }));
      expect(returned).toMatchObject({ state: 'done', actual: { images: 0 } });
      expect(returned.text).toMatch(/It is still 1.00 MiB over its limit/);
      const [plan, twin] = [await operator.planHost({ kind: 'prune' }), await operator.planHost({ kind: 'prune' })];
      expect(plan.willDo).toBe(1);
      expect(plan.warnings.join()).toMatch(/Files without a record may be in its cache directory.*never ends/);

      const removeStray = await trapHost().addFileWithoutRecord(trapHost().limitBytes + mebibyte);
      const outcome = await operator.run(plan);
      expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'timeout' } });
      expect(outcome.text).toMatch(/Deleted since it was sent: 2 images \(2.00 MiB\)/);
      expect(outcome.failure?.remedy).toMatch(/files without a record.*restart glance-api/);
      expect(await operator.warnings()).toEqual(['pruneHung']);
      expect(prunes(operator)).toBe(2);

      // Neither a new plan nor an earlier one sends another prune.
      const refused = await operator.planHost({ kind: 'prune' });
      expect(refused.targets).toMatchObject([{ verdict: 'refused' }]);
      expect(refused.targets[0]?.reason).toMatch(/did not respond and may still be running/);
      expect(await operator.run(twin)).toMatchObject({ state: 'refused' });
      expect(prunes(operator)).toBe(2);

      // The cure: the file is removed and the service restarted. The console notices the restart.
      await removeStray();
      await operator.host.down();
      expect(await operator.refresh()).toMatchObject({ state: 'failed', failure: { code: 'unreachable' } });
      await trapHost().restart();
      await operator.host.up();
      expect(await operator.refresh()).toMatchObject({ state: 'reachable', warnings: [] });
      expect(await operator.run(await operator.planHost({ kind: 'prune' }))).toMatchObject({ state: 'done' });
      expect(prunes(operator)).toBe(3);
    },
  );

  trap(
    'hungPrune',
    'trap 4: a restarted console does not send another prune either, until the operator confirms the restart',
    async () => {
      const operator = await open(impatient);
      const removeStray = await trapHost().addFileWithoutRecord(trapHost().limitBytes + mebibyte);
      expect(await operator.run(await operator.planHost({ kind: 'prune' }))).toMatchObject({ state: 'failed' });
      await operator.restartConsole(impatient);
      expect((await operator.planHost({ kind: 'prune' })).targets).toMatchObject([{ verdict: 'refused' }]);
      await removeStray();
      await trapHost().restart();
      await operator.client.operations.pruneOver({ hostId: operator.hostId });
      await operator.refresh();
      expect(await operator.run(await operator.planHost({ kind: 'prune' }))).toMatchObject({ state: 'done' });
      expect(prunes(operator)).toBe(2);
    },
  );
}
