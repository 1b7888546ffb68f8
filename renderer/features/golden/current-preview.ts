import type { GoldenDraft, GoldenPreview } from '../../../electron/contract/golden.ts';
import { deepEqual } from '../../lib/deep-equal.ts';

/**
 * What a preview of an earlier draft still says of the current one: what it found for images and rules that are the same,
 * at their places in the current draft. What it found for others, and their problems, are left out until the next preview.
 */
export function currentPreview(preview: GoldenPreview, previewed: GoldenDraft, draft: GoldenDraft) {
  if (previewed === draft) return preview;
  const places = {
    images: draft.images.map((image) => previewed.images.findIndex((one) => deepEqual(one, image))),
    rules: draft.rules.map((rule) => previewed.rules.findIndex((one) => deepEqual(one, rule))),
  };
  return {
    ...preview,
    images: places.images.map((place) => preview.images[place]),
    rules: places.rules.map((place) => preview.rules[place]),
    problems: preview.problems.flatMap((problem) => {
      const { part } = problem;
      if (part === null) return problem;
      return places[part.of].flatMap((place, index) =>
        place === part.index ? { ...problem, part: { ...part, index } } : [],
      );
    }),
  };
}

/** A preview in which images and rules that it does not know yet are undefined. */
export type CurrentPreview = ReturnType<typeof currentPreview>;
