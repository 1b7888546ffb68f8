import { useQuery } from '@tanstack/react-query';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import type { TrendsRetention } from '../../../electron/contract/trends.ts';
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
        field="hostConcurrency"
        name="Maximum concurrent hosts"
        about="Hosts that an operation works on at the same time."
      />
      <NumberSetting
        preferences={preferences}
        field="requestsPerHost"
        name="Requests per host"
        about="Concurrent requests to one host."
      />
      <NumberSetting
        preferences={preferences}
        field="confirmAbove"
        name="Require typed name above"
        unit="images"
        about="On a production cloud, actions that delete more images than this, or a whole cache, require typing a name."
      />
      <NumberSetting
        preferences={preferences}
        field="keepOperationsDays"
        name="History retention"
        unit="days"
        about="Older completed operations are removed with their targets, and older runs of schedules."
      />
      <NumberSetting
        preferences={preferences}
        field="keepOperations"
        name="Maximum operations"
        unit="operations"
        about="The oldest completed operations beyond this number are removed, and so are those of the runs of each schedule."
      />
      <TrendsSetting preferences={preferences} />
    </div>
  );
}

/** The disk space that trends may use, and what they use now. */
function TrendsSetting({ preferences }: { preferences: Preferences }) {
  const retention = useQuery(
    queries.trends.retention.queryOptions({ input: {}, staleTime: 0, refetchInterval: 5_000 }),
  );
  return (
    <NumberSetting
      preferences={preferences}
      field="trendsMebibytes"
      name="Trend storage limit"
      unit="MiB"
      about={`Disk space for trends. The oldest data is removed first.${retention.data ? ` ${trendsSummary(retention.data)}` : ''}`}
    />
  );
}

/** What the trends store now, in one sentence. */
function trendsSummary({ bytes, ages, shortened }: TrendsRetention): string {
  const age = (what: TrendsRetention['ages'][number]['what']) =>
    formatSpan(ages.find((each) => each.what === what)?.ms ?? 0);
  return (
    `Now ${formatSize(bytes)}: every poll for ${age('looks')}, five minutes for ${age('minutes')}, hours for ${age('hours')}, ` +
    `days for ${age('days')}; hits of each image by the hour for ${age('imageHours')}, by the day for ${age('imageDays')}` +
    `${shortened ? ', shortened by this limit' : ''}.`
  );
}
