import { randomUUID } from 'node:crypto';
import { ExpectedFailure } from '../contract/failure.ts';
import type { GoldenDraft, GoldenSet } from '../contract/golden.ts';
import { hasNoCondition } from '../contract/golden.ts';
import { planImport } from '../golden/golden-import.ts';
import { writeGolden } from '../golden/write-golden-yaml.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';

export function goldenProcedures({ golden: os }: Implementer, { settings, golden }: Services) {
  return {
    list: os.list.handler(() => ({ sets: settings.goldenSets })),
    save: os.save.handler(async ({ input: { id, ...rest } }) => {
      refuseEmpty(rest);
      const set: GoldenSet = { ...rest, id: id === undefined ? randomUUID() : golden.set(id).id };
      await settings.putGoldenSets([set]);
      return set;
    }),
    remove: os.remove.handler(async ({ input: { id } }) => {
      await settings.putGoldenSets([], [id]);
      return {};
    }),
    preview: os.preview.handler(({ input }) => {
      settings.cloud(input.cloudId);
      return golden.preview(input);
    }),
    drift: os.drift.handler(async ({ input: { cloudId } }) => {
      settings.cloud(cloudId);
      return { sets: await golden.drift(cloudId) };
    }),
    differences: os.differences.handler(({ input: { id, hostId } }) => golden.differences(id, hostId)),
    targets: os.targets.handler(({ input: { id, hostIds } }) => golden.targets(id, hostIds)),
    export: os.export.handler(({ input: { ids } }) => {
      const sets = ids ? ids.map((id) => golden.set(id)) : settings.goldenSets;
      return { text: writeGolden(sets, settings), sets: sets.length };
    }),
    import: os.import.handler(async ({ input: { text, cloudId, apply = false } }) => {
      if (cloudId !== undefined) settings.cloud(cloudId);
      const { sets, changes, problems } = planImport(text, settings, settings.goldenSets, cloudId);
      const applied = apply && problems.length === 0;
      if (applied) await settings.putGoldenSets(sets);
      return { changes, problems, applied };
    }),
    membership: os.membership.handler(async ({ input: { cloudId } }) => {
      settings.cloud(cloudId);
      return { sets: await golden.membership(cloudId) };
    }),
  };
}

function refuseEmpty({ images, rules }: Pick<GoldenDraft, 'images' | 'rules'>): void {
  const empty = rules.findIndex(hasNoCondition);
  if (empty >= 0) {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: `Rule ${empty + 1} has no condition and would match all images.`,
      remedy: 'Add a name, tag, property or visibility, or remove the rule. The name * matches all images.',
    });
  }
  if (images.length > 0 || rules.length > 0) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: 'The golden set has no image and no rule.',
    remedy: 'Add at least one image or rule.',
  });
}
