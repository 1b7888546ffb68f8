import { useQuery } from '@tanstack/react-query';
import { queries } from '../bridge/queries.ts';

/** Where the console writes its log; nothing where it cannot be asked. */
export function LogPlace() {
  const about = useQuery(queries.about.queryOptions({ input: {} }));
  if (!about.data) return null;
  return (
    <span className="dim">
      The log is <span className="mono">{about.data.logFile}</span>
    </span>
  );
}
