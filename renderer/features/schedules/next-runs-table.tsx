import { formatZoned, localTimeZone } from '../../lib/zoned-time.ts';
import { RunTime } from './run-time.tsx';
import classes from './schedules.module.css';

/** The next runs of a schedule, in its time zone and, where that differs, in that of this computer. */
export function NextRunsTable({ runs, timeZone }: { runs: readonly number[]; timeZone: string }) {
  const local = localTimeZone();
  const differs = runs.some((at) => formatZoned(at, timeZone) !== formatZoned(at, local));
  return (
    <table className={classes.times} aria-label="Next runs">
      <thead>
        <tr>
          <th scope="col">{timeZone}</th>
          {differs ? <th scope="col">Here</th> : null}
          <th scope="col" className={classes.end}>
            From now
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((at) => (
          <tr key={at}>
            <td>{formatZoned(at, timeZone)}</td>
            {differs ? <td className="dim">{hereText(at, timeZone, local)}</td> : null}
            <td className={classes.end}>
              <RunTime at={at} timeZone={timeZone} className="dim" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The time of day here; with the date where that differs too. */
function hereText(at: number, timeZone: string, local: string): string {
  const [there, here] = [formatZoned(at, timeZone), formatZoned(at, local)];
  return there.slice(0, -5) === here.slice(0, -5) ? here.slice(-5) : here;
}
