import type { Amount } from '../contract/operations.ts';

/** What a program of the host said that it did. Images of the cleaner: files, by the directory they were in. */
export type ProgramAccount = {
  pruned: { imageId: string; bytes: number }[];
  /** The pruner's own sum; undefined where it did not say. */
  prunedTotal: Amount | undefined;
  cleaned: { state: 'invalid' | 'incomplete'; name: string }[];
  /** What it tried to remove, and could not. */
  problems: string[];
};

const atMost = 100_000;

/** Gathers it line by line, from the log lines of Glance's image_cache (25 to 33 word them alike). */
export class AccountReader {
  readonly account: ProgramAccount = { pruned: [], prunedTotal: undefined, cleaned: [], problems: [] };

  read(line: string): void {
    const { account } = this;
    const pruning = /\bPruning '([^']{1,1000})' to free (\d{1,15}) bytes/.exec(line);
    if (pruning?.[1] && account.pruned.length < atMost) {
      account.pruned.push({ imageId: pruning[1], bytes: Number(pruning[2]) });
    }
    const total = /\bPruned (\d{1,9}) and (\d{1,15})\./.exec(line);
    if (total) account.prunedTotal = { images: Number(total[1]), bytes: Number(total[2]) };
    // Without the space before it, so that a directory of that name in the path does no harm.
    const removed = /Removed (invalid|stalled) cache file (.{1,4000})$/.exec(line);
    if (removed?.[2] && account.cleaned.length < atMost) {
      const name = removed[2].slice(removed[2].lastIndexOf('/') + 1).trimEnd();
      account.cleaned.push({ state: removed[1] === 'invalid' ? 'invalid' : 'incomplete', name });
    }
    const failed = /Failed to delete file .*/.exec(line);
    if (failed && account.problems.length < 100) account.problems.push(failed[0].slice(0, 500));
  }
}
