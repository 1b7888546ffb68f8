import { useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { ScheduleRun } from '../../../electron/contract/schedules.ts';
import { Button } from '../../components/button.tsx';
import { HostNameLink } from '../../components/entity-link.tsx';
import { useScheduleNames } from './schedule-queries.ts';
import classes from './schedules.module.css';

type Props = {
  skipped: ScheduleRun['skippedHosts'];
  title: string;
  /** Whether the names link the pages of the hosts. They do not if following a link would lose typed input. */
  links?: boolean;
};

/** With more hosts than this, the others are shown on request. */
const maxShown = 5;

/** Hosts with the reason why a run leaves them out, or failed on them. Renders nothing without one. */
export function SkippedHosts({ skipped, title, links = true }: Props) {
  const { hosts } = useScheduleNames();
  const [all, setAll] = useState(false);
  if (skipped.length === 0) return null;
  return (
    <div className={classes.reasons}>
      <h3>
        {title} <span className="dim">{plural(skipped.length, 'host')}</span>
      </h3>
      <ul aria-label={title}>
        {skipped.slice(0, all ? undefined : maxShown).map(({ hostId, reason }) => {
          const name = hosts.get(hostId) ?? 'a removed host';
          return (
            <li key={hostId}>
              {links ? <HostNameLink hostId={hostId} name={name} /> : <span className="name cut">{name}</span>}
              <span className="dim">{reason}</span>
            </li>
          );
        })}
      </ul>
      {skipped.length > maxShown && !all ? (
        <Button kind="quiet" size="small" onClick={() => setAll(true)}>
          Show all {plural(skipped.length, 'host')}
        </Button>
      ) : null}
    </div>
  );
}
