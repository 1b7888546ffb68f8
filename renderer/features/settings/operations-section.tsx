import { useQuery } from '@tanstack/react-query';
import type { Preferences } from '../../../electron/contract/settings.ts';
import type { TrendsKept } from '../../../electron/contract/trends.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { queries } from '../../bridge/queries.ts';
import { formatSpan } from '../../lib/format.ts';
import { NumberSetting, usePreferences } from './setting-rows.tsx';

/** How operations run, when they ask twice, and how long they are remembered. */
export function OperationsSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  return (
    <div className="panel settings-rows">
      <NumberSetting
        name="Hosts at once"
        about="So many hosts are worked on at one time; a slow one delays only itself."
        value={preferences.hostsAtOnce}
        from={1}
        to={200}
        onChange={(hostsAtOnce) => set({ hostsAtOnce })}
      />
      <NumberSetting
        name="Requests per host"
        about="So many requests are under way at one host at one time."
        value={preferences.requestsPerHost}
        from={1}
        to={16}
        onChange={(requestsPerHost) => set({ requestsPerHost })}
      />
      <NumberSetting
        name="Confirm above"
        unit="images"
        about="On a cloud marked as production, what takes more images than this, or a whole cache, asks for a name to be typed."
        value={preferences.confirmAbove}
        from={0}
        to={1_000_000}
        onChange={(confirmAbove) => set({ confirmAbove })}
      />
      <NumberSetting
        name="Keep for"
        unit="days"
        about="Operations that ended longer ago are forgotten, with their targets."
        value={preferences.keepOperationsDays}
        from={1}
        to={3_650}
        onChange={(keepOperationsDays) => set({ keepOperationsDays })}
      />
      <NumberSetting
        name="Keep at most"
        unit="operations"
        about="Where there are more that ended, the oldest are forgotten."
        value={preferences.keepOperations}
        from={10}
        to={10_000}
        onChange={(keepOperations) => set({ keepOperations })}
      />
      <TrendsSetting preferences={preferences} />
    </div>
  );
}

/** What trends may take on the disk, and what they take now. */
export function TrendsSetting({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const { trendsMebibytes } = preferences;
  const kept = useQuery({ ...queries.trends.kept.queryOptions({ input: {} }), staleTime: 0, refetchInterval: 5_000 });
  return (
    <NumberSetting
      name="Trends at most"
      unit="MiB"
      about={`What trends take on the disk. Where it is reached, the oldest goes first.${kept.data ? ` ${trendsSummary(kept.data)}` : ''}`}
      value={trendsMebibytes}
      from={16}
      to={10_000}
      onChange={(mebibytes) => set({ trendsMebibytes: mebibytes })}
    />
  );
}

/** What is kept at present, in a sentence. */
export function trendsSummary({ bytes, ages, shortened }: TrendsKept): string {
  const age = (what: TrendsKept['ages'][number]['what']) =>
    formatSpan(ages.find((each) => each.what === what)?.ms ?? 0);
  return (
    `Now ${formatSize(bytes)}: every poll for ${age('looks')}, five minutes for ${age('minutes')}, hours for ${age('hours')}, ` +
    `days for ${age('days')}; hits of each image by the hour for ${age('imageHours')}, by the day for ${age('imageDays')}` +
    `${shortened ? ', shortened by this bound' : ''}.`
  );
}
