import { Link } from 'wouter';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import { hostPath } from '../lib/routes.ts';
import classes from './host-link.module.css';
import { dotOf, StateDot } from './state-dot.tsx';

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
