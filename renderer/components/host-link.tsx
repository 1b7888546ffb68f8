import { Link } from 'wouter';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { hostPath } from '../lib/routes.ts';
import classes from './host-link.module.css';

type Props = {
  host: HostSummary;
  onClick?: () => void;
  title?: string;
  tabIndex?: number;
  /** Where a table has no rows to go through by keys, its links are. */
  isRow?: boolean;
};

/** A host by its name, with the dot of its state; leads to its page. */
export function HostLink({ host, isRow = false, ...link }: Props) {
  return (
    <span className={classes.link}>
      <StateDot state={dotOf(host)} />
      <Link href={hostPath(host.id)} className="name cut" {...link} {...(isRow ? { 'data-row-focus': true } : {})}>
        {host.name}
      </Link>
    </span>
  );
}

export type DotState = 'ok' | 'attention' | 'failed' | 'waiting';

/** How a host is to be marked: by its failure, else by its warnings. */
export function dotOf(host: Pick<HostSummary, 'state' | 'warnings'>): DotState {
  if (host.state !== 'reachable') return host.state;
  return host.warnings.length > 0 ? 'attention' : 'ok';
}

const words: Record<DotState, string> = {
  ok: 'reachable',
  attention: 'needs attention',
  failed: 'does not answer',
  waiting: 'waiting for its first answer',
};

/** The state in words, for those who do not see the dot. */
export function dotWords(state: DotState): string {
  return words[state];
}

/**
 * The state of a host as a dot: each state has its own form beside its colour. Decoration, unless it has a label: where
 * no words beside it tell the state.
 */
export function StateDot({ state, label }: { state: DotState; label?: string }) {
  if (label === undefined) return <i className={classes.dot} data-state={state} aria-hidden="true" />;
  return <i className={classes.dot} data-state={state} role="img" aria-label={label} title={label} />;
}
