import type { ScheduleRun } from '../../../electron/contract/schedules.ts';
import { HostNameLink } from '../../components/entity-link.tsx';
import { plural } from '../../lib/format.ts';
import { useScheduleNames } from './schedule-queries.ts';
import classes from './schedules.module.css';

type Props = {
  skipped: ScheduleRun['skippedHosts'];
  title: string;
  /** The names link the pages of the hosts: not where following one would lose what is typed. */
  links?: boolean;
};

/** Hosts with the reason why a run leaves them out, or failed on them. Renders nothing without one. */
export function SkippedHosts({ skipped, title, links = true }: Props) {
  const { hosts } = useScheduleNames();
  if (skipped.length === 0) return null;
  return (
    <div className={classes.reasons}>
      <h3>
        {title} <span className="dim">{plural(skipped.length, 'host')}</span>
      </h3>
      <ul aria-label={title}>
        {skipped.map(({ hostId, reason }) => {
          const name = hosts.get(hostId) ?? 'a removed host';
          return (
            <li key={hostId}>
              {links ? <HostNameLink hostId={hostId} name={name} /> : <span className="name">{name}</span>}
              <span className="dim">{reason}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
