import { useQuery } from '@tanstack/react-query';
import type { Preferences } from '../../../electron/contract/settings.ts';
import type { TrendsKept } from '../../../electron/contract/trends.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { queries } from '../../bridge/queries.ts';
import { formatSpan } from '../../lib/format.ts';
import { NumberSetting } from './setting-rows.tsx';
import classes from './settings.module.css';

/** How operations run, when they ask for a typed name, and how long they are stored. */
export function OperationsSection({ preferences }: { preferences: Preferences }) {
  return (
    <div className={`panel ${classes.rows}`}>
      <NumberSetting
        preferences={preferences}
        field="hostsAtOnce"
        name="Hosts at once"
        about="So many hosts are worked on at one time; a slow one delays only itself."
      />
      <NumberSetting
        preferences={preferences}
        field="requestsPerHost"
        name="Requests per host"
        about="So many requests are under way at one host at one time."
      />
      <NumberSetting
        preferences={preferences}
        field="confirmAbove"
        name="Confirm above"
        unit="images"
        about="On a cloud marked as production, what takes more images than this, or a whole cache, asks for a name to be typed."
      />
      <NumberSetting
        preferences={preferences}
        field="keepOperationsDays"
        name="Keep for"
        unit="days"
        about="Operations that ended longer ago are forgotten, with their targets."
      />
      <NumberSetting
        preferences={preferences}
        field="keepOperations"
        name="Keep at most"
        unit="operations"
        about="Where there are more that ended, the oldest are forgotten."
      />
      <TrendsSetting preferences={preferences} />
    </div>
  );
}

/** The disk space that trends may use, and what they use now. */
function TrendsSetting({ preferences }: { preferences: Preferences }) {
  const kept = useQuery(queries.trends.kept.queryOptions({ input: {}, staleTime: 0, refetchInterval: 5_000 }));
  return (
    <NumberSetting
      preferences={preferences}
      field="trendsMebibytes"
      name="Trends at most"
      unit="MiB"
      about={`What trends take on the disk. Where it is reached, the oldest goes first.${kept.data ? ` ${trendsSummary(kept.data)}` : ''}`}
    />
  );
}

/** What the trends store now, in one sentence. */
function trendsSummary({ bytes, ages, shortened }: TrendsKept): string {
  const age = (what: TrendsKept['ages'][number]['what']) =>
    formatSpan(ages.find((each) => each.what === what)?.ms ?? 0);
  return (
    `Now ${formatSize(bytes)}: every poll for ${age('looks')}, five minutes for ${age('minutes')}, hours for ${age('hours')}, ` +
    `days for ${age('days')}; hits of each image by the hour for ${age('imageHours')}, by the day for ${age('imageDays')}` +
    `${shortened ? ', shortened by this bound' : ''}.`
  );
}
