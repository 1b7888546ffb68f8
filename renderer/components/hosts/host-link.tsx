import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { hostPath } from '../../lib/routes.ts';
import { MiddleTruncate } from '../middle-truncate.tsx';
import classes from './host-link.module.css';

type Props = {
  host: HostSummary;
  onClick?: () => void;
  title?: string;
  tabIndex?: number;
  /** The link takes the place of a focusable row in the keyboard navigation. */
  isRow?: boolean;
};

/** A link to the page of a host, with the dot of the host's state. */
export function HostLink({ host, isRow = false, ...link }: Props) {
  return (
    <span className={classes.link}>
      <StateDot state={dotStateOf(host)} />
      <Link
        href={hostPath(host.id)}
        className="name"
        data-host-id={host.id}
        {...link}
        {...(isRow ? { 'data-row-focus': true } : {})}
      >
        <MiddleTruncate text={host.name} host title={link.title} />
      </Link>
    </span>
  );
}

export type DotState = 'ok' | 'attention' | 'failed' | 'waiting';

/** The state of a host's dot: from its failure, otherwise from its warnings. */
export function dotStateOf(host: Pick<HostSummary, 'state' | 'warnings'>): DotState {
  if (host.state !== 'reachable') return host.state;
  return host.warnings.length > 0 ? 'attention' : 'ok';
}

const dotTexts: Record<DotState, string> = {
  ok: 'reachable',
  attention: 'needs attention',
  failed: 'unreachable',
  waiting: 'waiting for the first response',
};

/** The state of a dot in words. */
export function dotStateText(state: DotState): string {
  return dotTexts[state];
}

/**
 * The state of a host as a dot. Each state has a shape besides its colour. Pass a label where no text beside the dot
 * says the state; without one the dot is hidden from screen readers.
 */
export function StateDot({ state, label }: { state: DotState; label?: string }) {
  if (label === undefined) return <i className={classes.dot} data-state={state} aria-hidden="true" />;
  return <i className={classes.dot} data-state={state} role="img" aria-label={label} title={label} />;
}
