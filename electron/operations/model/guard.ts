import type { CloudId, CloudSettings } from '../../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Plan } from '../../contract/operations.ts';

/** What the operator has said of a cloud, for the sake of its hosts. */
export type CloudMarks = Pick<CloudSettings, 'name' | 'readOnly' | 'production'>;

export type GuardOptions = {
  cloud: (cloudId: CloudId) => CloudMarks | undefined;
  hosts: () => readonly HostSummary[];
};

/** Keeps the operator from what they have forbidden themselves: nothing reaches a host but through here. */
export class Guard {
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  marks(cloudId: CloudId): CloudMarks | undefined {
    return this.#options.cloud(cloudId);
  }

  /** Why nothing may be sent to the hosts of a cloud; `undefined` where it may. */
  closed(cloudId: CloudId): Failure | undefined {
    const cloud = this.#options.cloud(cloudId);
    return cloud?.readOnly ? readOnly(cloud.name) : undefined;
  }

  /** Throws `forbidden` when one of these hosts is of a cloud that is read-only. */
  admit(hostIds: ReadonlySet<HostId>): void {
    for (const { id, cloudId } of this.#options.hosts()) {
      const closed = hostIds.has(id) ? this.closed(cloudId) : undefined;
      if (closed) throw new ExpectedFailure(closed);
    }
  }

  /** Which of the clouds of these hosts are marked as production; a plan holds only for as long as that stays so. */
  production(hostIds: ReadonlySet<HostId>): string {
    const clouds = this.#options.hosts().filter(({ id }) => hostIds.has(id));
    const marked = clouds.filter(({ cloudId }) => this.#options.cloud(cloudId)?.production);
    return [...new Set(marked.map(({ cloudId }) => cloudId))].sort().join(' ');
  }
}

/** Throws `invalidInput` when a plan asks for a name and this is not it. */
export function checkTypedName({ typedName, action }: Plan, typed: string | undefined): void {
  if (typedName === null || typed?.trim() === typedName.trim()) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `This ${action.kind === 'align' ? 'operation' : action.kind} destroys much on a cloud marked as production, and its name was not typed.`,
    remedy: `Type ${typedName} to confirm. Nothing was sent.`,
    notSent: true,
  });
}

/** A plan is run under the marks that it was made under. */
export function otherMarks(): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: 'A cloud of this plan was marked as production, or is not any more, since the plan was made.',
    remedy: 'Ask for the action again: the new plan says what has to be typed.',
    notSent: true,
  });
}

/** What a plan says that is refused for being read-only, and what is thrown for it. */
function readOnly(cloudName: string): Failure {
  return {
    code: 'forbidden',
    message: `The cloud ${cloudName} is read-only in this console: nothing that changes its hosts is sent.`,
    remedy: 'If it has to be changed from here, end its read-only mode in Settings, under Clouds.',
    notSent: true,
  };
}
