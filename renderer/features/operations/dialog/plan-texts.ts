import { formatCount, plural } from '../../../../electron/contract/counts.ts';
import type { ActionKind, Amount, Plan, PlannedTarget } from '../../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../../electron/contract/sizes.ts';
import type { Tone } from '../../../components/tag.tsx';
import { copiesOfImages } from '../../../lib/format.ts';
import { actionLabels, amountText, hasSize } from '../operation-labels.ts';

/** The names of the hosts of some targets. */
export function hostNamesOf(targets: readonly PlannedTarget[]): string[] {
  return [...new Map(targets.map(({ hostId, hostName }) => [hostId, hostName])).values()];
}

/** The label of the button that starts a plan: `Delete 3 images`, `Queue 2 images on 4 hosts`, `Prune glance-03`. */
export function confirmText(plan: Plan): string {
  const { kind } = plan.action;
  const verb = actionLabels[kind];
  const todo = plan.targets.filter(({ verdict }) => verdict === 'willDo');
  const hosts = hostNamesOf(todo);
  const where = hosts.length === 1 ? (hosts[0] ?? '') : plural(hosts.length, 'host');
  if (todo.length === 0) return verb;
  switch (kind) {
    case 'queue': {
      const images = plural(distinctImages(todo), 'image');
      const queue = plan.action.kind === 'queue' && plan.action.anew ? 'Requeue' : verb;
      return hosts.length === 1 ? `${queue} ${images}` : `${queue} ${images} on ${where}`;
    }
    case 'delete':
      return hosts.length === 1 ? `${verb} ${copiesOf(todo)}` : `${verb} ${copiesOf(todo)} from ${where}`;
    case 'clear':
      if (plan.expected.images === 0) return `${verb} ${where}`;
      return hosts.length === 1
        ? `${verb} ${plural(plan.expected.images, 'image')}`
        : `${verb} ${copyCount(plan.expected.images, hosts)} from ${where}`;
    case 'prune': {
      // Copies are counted only if each of these hosts loses some.
      if (todo.some(({ expected }) => !expected || expected.images === 0)) return `${verb} ${where}`;
      const about = todo.some(({ estimated }) => estimated) ? 'about ' : '';
      return `${verb} ${about}${copyCount(plan.expected.images, hosts)} from ${where}`;
    }
    case 'clean':
      return `${verb} ${where}`;
    case 'prefetch':
      return `${verb} ${plural(plan.expected.images, 'image')} on ${where}`;
    case 'align': {
      const { queued, deleted } = stepsOf(todo);
      if (deleted === 0) return `Queue ${plural(queued, 'image')}${hosts.length === 1 ? '' : ` on ${where}`}`;
      const both = queued === 0 ? 'Delete' : `Queue ${formatCount(queued)} and delete`;
      const from = queued === 0 ? 'from' : 'on';
      const gone = queued === 0 ? copiesOf(todo) : plural(deleted, 'image');
      return `${both} ${gone}${hosts.length === 1 ? '' : ` ${from} ${where}`}`;
    }
  }
}

function distinctImages(targets: readonly PlannedTarget[]): number {
  return new Set(targets.map(({ imageId }) => imageId)).size;
}

/** The deleted images of some targets. */
function copiesOf(targets: readonly PlannedTarget[]): string {
  return copiesOfImages(targets.length, distinctImages(targets));
}

/** A number of cached images: copies where it is a sum over several hosts, which may have the same image. */
function copyCount(count: number, hosts: readonly string[]): string {
  return hosts.length > 1 ? plural(count, 'copy', 'copies') : plural(count, 'image');
}

/** The number of targets that an `align` queues, and the number that it deletes. */
function stepsOf(todo: readonly PlannedTarget[]): { queued: number; deleted: number } {
  const deleted = todo.filter(({ step }) => step === 'delete').length;
  return { queued: todo.length - deleted, deleted };
}

/** Whether a plan removes no image from a cache or a queue, so that confirming it by mistake does no harm. */
export function removesNothing(kind: ActionKind, plan: Plan | undefined): boolean {
  if (kind === 'align')
    return plan?.targets.every(({ step, verdict }) => step === 'queue' || verdict !== 'willDo') ?? false;
  return kind === 'queue' || kind === 'clean' || kind === 'prefetch';
}

/** A sentence about what a plan will do: the number of images, their size and the hosts. */
export function planText(plan: Plan): string {
  const { kind } = plan.action;
  const todo = plan.targets.filter(({ verdict }) => verdict === 'willDo');
  if (todo.length === 0) return 'Nothing to do.';
  const hosts = hostNamesOf(todo);
  const where = hosts.length === 1 ? hosts[0] : plural(hosts.length, 'host');
  const estimated = todo.some(({ estimated }) => estimated);
  const allUnknown = todo.every(({ expected }) => expected === null);
  const unknownCount = todo.filter(({ expected }) => expected === null).length;
  const emptyCount = todo.filter(({ expected }) => expected?.images === 0).length;
  const some = hostNamesOf(todo.filter(({ expected }) => (expected?.images ?? 0) > 0));
  const fromSome = some.length === 1 ? some[0] : plural(some.length, 'host');
  const about = estimated ? 'about ' : '';
  const amount = amountText(plan.expected);
  const size = hasSize(plan.expected) ? `, ${formatSizeSum(plan.expected)}` : '';
  const copies = (of: readonly string[]) => `${copyCount(plan.expected.images, of)}${size}`;
  switch (kind) {
    case 'queue':
      return distinctImages(todo) === todo.length
        ? `${plural(todo.length, 'image')} will be fetched, ${formatSizeSum(plan.expected)}, onto ${where}.`
        : `${plural(distinctImages(todo), 'image')} will be fetched onto ${where}: ${plural(todo.length, 'fetch', 'fetches')}, ${formatSizeSum(plan.expected)}.`;
    case 'delete':
      return isUnsized(plan.expected)
        ? `${copiesOf(todo)} of unknown size will be deleted from ${where}.`
        : `${copiesOf(todo)} will be deleted from ${where}, ${formatSizeSum(plan.expected)} will be freed.`;
    case 'clear':
      return `${copies(hosts)} will be deleted from ${where}.`;
    case 'prune':
      if (!allUnknown && plan.expected.images === 0) return `Nothing to delete from ${where}: within the limit.`;
      return allUnknown
        ? `Number of images to delete from ${where} is not available.`
        : [
            `${about}${copies(some)} will be deleted from ${fromSome}, the least recently accessed first.`.replace(
              /^a/,
              'A',
            ),
            emptyCount > 0 ? `None expected from ${plural(emptyCount, 'host')}.` : '',
            unknownCount > 0 ? `The number for ${plural(unknownCount, 'more host')} is not available.` : '',
          ]
            .filter(Boolean)
            .join(' ');
    case 'prefetch':
      return `${about}${amount} will be fetched from the queue of ${where}.`.replace(/^a/, 'A');
    case 'clean':
      return `Invalid and stalled files will be deleted from ${where}. Cached images are kept.`;
    case 'align': {
      const { queued, deleted } = stepsOf(todo);
      const come = `${plural(queued, 'image')} will be fetched, ${formatSizeSum(plan.expected)}`;
      const freed = !plan.frees || isUnsized(plan.frees) ? 'of unknown size' : `${formatSizeSum(plan.frees)} freed`;
      const go = `${queued > 0 ? formatCount(deleted) : copiesOf(todo)} will be deleted, ${freed}`;
      return `On ${where}, ${[queued > 0 ? come : '', deleted > 0 ? go : ''].filter(Boolean).join(', and ')}.`;
    }
  }
}

/** Whether the size of every affected image is unknown. */
function isUnsized({ bytes, unsized = 0 }: Amount): boolean {
  return bytes === 0 && unsized > 0;
}

/** The verdict on a target of a plan as a tag. */
export function verdictTag(verdict: PlannedTarget['verdict'], kind: ActionKind): { text: string; tone: Tone } {
  if (verdict === 'refused') return { text: 'skipped', tone: 'warn' };
  if (verdict === 'alreadyDone') return { text: 'already done', tone: 'plain' };
  const text = {
    queue: 'will be queued',
    delete: 'will be deleted',
    clear: 'will be cleared',
    prune: 'will be pruned',
    clean: 'will be cleaned',
    prefetch: 'will be fetched',
    align: 'will be done',
  };
  return { text: text[kind], tone: removesNothing(kind, undefined) ? 'accent' : 'bad' };
}

/** The remark on the targets of a plan that need no action: `3 already done.` */
export function alreadyDoneText(count: number): string {
  return `${formatCount(count)} already done.`;
}
