import type { RungName } from '../../../../electron/contract/hosts.ts';
import type {
  ActionKind,
  Amount,
  Operation,
  Plan,
  PlannedTarget,
  TargetState,
} from '../../../../electron/contract/operations.ts';
import { formatSize } from '../../../../electron/contract/units.ts';
import type { Tone } from '../../../components/tag.tsx';
import { formatCount, plural } from '../../../lib/format.ts';

const verbs: Record<ActionKind, string> = {
  queue: 'Queue',
  delete: 'Delete',
  clear: 'Clear',
  prune: 'Prune',
  clean: 'Clean',
  prefetch: 'Prefetch',
  align: 'Bring up to date',
};

/** The action's name, as buttons begin with it. */
export function verbOf(kind: ActionKind): string {
  return verbs[kind];
}

/** Hosts on which something will be done. */
function hostsOf(targets: readonly PlannedTarget[]): string[] {
  return [...new Map(targets.map(({ hostId, hostName }) => [hostId, hostName])).values()];
}

/** The button that does it: the action with its count, `Delete 3 images`, `Queue 2 images on 4 hosts`, `Prune glance-03`. */
export function confirmText(plan: Plan): string {
  const { kind } = plan.action;
  const verb = verbs[kind];
  const todo = plan.targets.filter(({ verdict }) => verdict === 'willDo');
  const hosts = hostsOf(todo);
  const where = hosts.length === 1 ? (hosts[0] ?? '') : plural(hosts.length, 'host');
  if (todo.length === 0) return verb;
  switch (kind) {
    case 'queue': {
      const images = plural(new Set(todo.map(({ imageId }) => imageId)).size, 'image');
      const anew = plan.action.kind === 'queue' && plan.action.anew ? ' anew' : '';
      return hosts.length === 1 ? `${verb} ${images}${anew}` : `${verb} ${images}${anew} on ${where}`;
    }
    case 'delete':
      return hosts.length === 1
        ? `${verb} ${plural(todo.length, 'image')}`
        : `${verb} ${plural(todo.length, 'image')} from ${where}`;
    case 'clear':
      if (plan.expected.images === 0) return `${verb} ${where}`;
      return hosts.length === 1
        ? `${verb} ${plural(plan.expected.images, 'image')}`
        : `${verb} ${plural(plan.expected.images, 'image')} from ${where}`;
    case 'prune': {
      if (plan.expected.images === 0 || todo.some(({ expected }) => expected === null)) return `${verb} ${where}`;
      const about = todo.some(({ estimated }) => estimated) ? 'about ' : '';
      return `${verb} ${about}${plural(plan.expected.images, 'image')} from ${where}`;
    }
    case 'clean':
      return `${verb} ${where}`;
    case 'prefetch':
      return `${verb} ${plural(plan.expected.images, 'image')} on ${where}`;
    case 'align': {
      const { queued, goes } = stepsOf(todo);
      if (goes === 0) return `Queue ${plural(queued, 'image')}${hosts.length === 1 ? '' : ` on ${where}`}`;
      const both = queued === 0 ? 'Delete' : `Queue ${formatCount(queued)} and delete`;
      const from = queued === 0 ? 'from' : 'on';
      return `${both} ${plural(goes, 'image')}${hosts.length === 1 ? '' : ` ${from} ${where}`}`;
    }
  }
}

/** How many targets of an `align` are queued, and how many go. */
function stepsOf(todo: readonly PlannedTarget[]): { queued: number; goes: number } {
  const goes = todo.filter(({ step }) => step === 'delete').length;
  return { queued: todo.length - goes, goes };
}

/** Whether a plan takes nothing away, so that a hasty click costs little. */
export function removesNothing(kind: ActionKind, plan: Plan | undefined): boolean {
  if (kind === 'align')
    return plan?.targets.every(({ step, verdict }) => step === 'queue' || verdict !== 'willDo') ?? false;
  return kind === 'queue' || kind === 'clean' || kind === 'prefetch';
}

/** What will happen, in a sentence: how many, how much, where. */
export function planText(plan: Plan): string {
  const { kind } = plan.action;
  const todo = plan.targets.filter(({ verdict }) => verdict === 'willDo');
  if (todo.length === 0) return 'Nothing is left to do.';
  const hosts = hostsOf(todo);
  const where = hosts.length === 1 ? hosts[0] : plural(hosts.length, 'host');
  const guessed = todo.some(({ estimated }) => estimated);
  const unknown = todo.every(({ expected }) => expected === null);
  const untold = todo.filter(({ expected }) => expected === null).length;
  const about = guessed ? 'about ' : '';
  const amount = amountText(plan.expected);
  switch (kind) {
    case 'queue':
      return `${plural(todo.length, 'image')} will be fetched, ${formatSize(plan.expected.bytes)}, onto ${where}.`;
    case 'delete':
      return `${plural(todo.length, 'image')} will go from ${where}, ${formatSize(plan.expected.bytes)} will be freed.`;
    case 'clear':
      return `${amount} will go from ${where}.`;
    case 'prune':
      if (!unknown && plan.expected.images === 0) return `Nothing should go from ${where}: within the stated limit.`;
      return unknown
        ? `What goes from ${where}, only the host knows.`
        : `${about}${amount} will go from ${where}, the least recently accessed first.${
            untold > 0
              ? ` What goes besides from ${plural(untold, 'host')}, only ${untold === 1 ? 'it knows' : 'they know'}.`
              : ''
          }`.replace(/^a/, 'A');
    case 'prefetch':
      return `${about}${amount} will be fetched, of what is queued on ${where}.`.replace(/^a/, 'A');
    case 'clean':
      return `Invalid and stalled files will go from ${where}. Cached images stay.`;
    case 'align': {
      const { queued, goes } = stepsOf(todo);
      const come = `${plural(queued, 'image')} will be fetched, ${formatSize(plan.expected.bytes)}`;
      const go = `${queued > 0 ? formatCount(goes) : plural(goes, 'image')} will go, ${formatSize(plan.frees?.bytes ?? 0)} freed`;
      return `On ${where}, ${[queued > 0 ? come : '', goes > 0 ? go : ''].filter(Boolean).join(', and ')}.`;
    }
  }
}

/** An amount in words: `3 images, 31.0 GiB`. A clean counts files. */
export function amountText({ images, bytes }: Amount, kind?: ActionKind): string {
  const count = plural(images, kind === 'clean' ? 'file' : 'image');
  return bytes > 0 ? `${count}, ${formatSize(bytes)}` : count;
}

/** What an operation brought so far, in words: what an `align` fetched and what it freed are told apart. */
export function resultText({ kind, actual, freed }: Pick<Operation, 'kind' | 'actual' | 'freed'>): string {
  if (!freed) return actual.images > 0 ? amountText(actual, kind) : '';
  const parts = [
    actual.images > 0 ? `${amountText(actual)} fetched` : '',
    freed.images > 0 ? `${amountText(freed)} freed` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

/** The amount of one target in words. That an image is one image goes without saying: `31.0 GiB`. */
export function targetAmountText(amount: Amount, imageId: string | null, kind?: ActionKind): string {
  return imageId === null ? amountText(amount, kind) : amountText(amount).replace(/^1 image, /, '');
}

type Word = { text: string; tone: Tone };

/** A verdict of a plan as a tag. */
export function verdictTag(verdict: PlannedTarget['verdict'], kind: ActionKind): Word {
  if (verdict === 'refused') return { text: 'left out', tone: 'warn' };
  if (verdict === 'alreadyDone') return { text: 'nothing to do', tone: 'plain' };
  const text = {
    queue: 'will be queued',
    delete: 'will go',
    clear: 'will be cleared',
    prune: 'will be pruned',
    clean: 'will be cleaned',
    prefetch: 'will be fetched',
    align: 'will be done',
  };
  return { text: text[kind], tone: removesNothing(kind, undefined) ? 'accent' : 'bad' };
}

/** How a target stands, as a tag. `by`: the way that it takes, where its bytes are seen to come. */
export function targetStateTag(state: TargetState, by?: RungName | null): Word {
  if (state === 'sent' && by) return { text: by === 'read' ? 'being read' : 'being fetched', tone: 'accent' };
  const words: Record<TargetState, Word> = {
    waiting: { text: 'waiting', tone: 'plain' },
    sent: { text: 'sent', tone: 'accent' },
    following: { text: 'accepted, watched', tone: 'accent' },
    done: { text: 'done', tone: 'ok' },
    alreadyDone: { text: 'was done already', tone: 'ok' },
    failed: { text: 'failed', tone: 'bad' },
    refused: { text: 'left out', tone: 'warn' },
    cancelled: { text: 'cancelled', tone: 'plain' },
    unknown: { text: 'unknown', tone: 'warn' },
  };
  return words[state];
}
