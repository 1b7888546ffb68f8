import { useQuery } from '@tanstack/react-query';
import type { Preferences } from '../../../electron/contract/settings.ts';
import type { TrendsKept } from '../../../electron/contract/trends.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { queries } from '../../bridge/queries.ts';
import { formatSpan } from '../../lib/format.ts';
import { NumberSetting } from './number-setting.tsx';
import { usePreferences } from './use-preferences.ts';

/** What trends may take on the disk, and what they take now. */
export function TrendsSetting({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const { trendsMebibytes } = preferences;
  const kept = useQuery({ ...queries.trends.kept.queryOptions({ input: {} }), staleTime: 0, refetchInterval: 5_000 });
  return (
    <NumberSetting
      name="Trends at most"
      unit="MiB"
      about={`What trends take on the disk. Where it is reached, the oldest goes first.${kept.data ? ` ${keptWords(kept.data)}` : ''}`}
      value={trendsMebibytes}
      from={16}
      to={10_000}
      onChange={(mebibytes) => set({ trendsMebibytes: mebibytes })}
    />
  );
}

/** What is kept at present, in a sentence. */
export function keptWords({ bytes, ages, shortened }: TrendsKept): string {
  const age = (what: TrendsKept['ages'][number]['what']) =>
    formatSpan(ages.find((each) => each.what === what)?.ms ?? 0);
  return (
    `Now ${formatSize(bytes)}: every poll for ${age('looks')}, five minutes for ${age('minutes')}, hours for ${age('hours')}, ` +
    `days for ${age('days')}; hits of each image by the hour for ${age('imageHours')}, by the day for ${age('imageDays')}` +
    `${shortened ? ', shortened by this bound' : ''}.`
  );
}
