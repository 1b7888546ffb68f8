import type { Preferences } from '../../../electron/contract/settings.ts';
import { NumberSetting } from './number-setting.tsx';
import { TrendsSetting } from './trends-setting.tsx';
import { usePreferences } from './use-preferences.ts';

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
