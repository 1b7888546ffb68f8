import { Switch } from '@mantine/core';
import { useId } from 'react';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { NumberField, type Reading } from '../../components/forms/number-field.tsx';
import { formatSpan } from '../../lib/format.ts';
import { boundsOf, NumberSetting, SettingRow, usePreferences } from './setting-rows.tsx';
import classes from './settings.module.css';

/** Seconds between two polls that have a button of their own. */
const presets = [5, 10, 30, 60, 300];

/** How often the hosts are polled, whether they are polled at all, and when a queued image counts as stalled. */
export function RefreshSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const id = useId();
  return (
    <div className={`panel ${classes.rows}`}>
      <SettingRow name="Interval" about="How often each host is polled. Failing hosts are polled less often.">
        <div className={classes.interval}>
          <div className="row">
            {presets.map((seconds) => (
              <button
                key={seconds}
                type="button"
                className="chip"
                aria-pressed={preferences.refreshSeconds === seconds}
                onClick={() => set({ refreshSeconds: seconds })}
              >
                {formatSpan(seconds * 1_000)}
              </button>
            ))}
          </div>
          <div className="row">
            <label htmlFor={`${id}-seconds`}>Seconds</label>
            <NumberField
              id={`${id}-seconds`}
              value={preferences.refreshSeconds}
              read={readInterval}
              hint="from 5 to 3,600"
              saveOnBlur
              onChange={(refreshSeconds) => set({ refreshSeconds })}
            />
          </div>
        </div>
      </SettingRow>
      <SettingRow
        name="Pause polling"
        labelId={`${id}-pause`}
        about="Automatic refresh is off; the Refresh button still works. Data may be out of date."
      >
        <Switch
          aria-labelledby={`${id}-pause`}
          checked={preferences.refreshPaused}
          onChange={(event) => set({ refreshPaused: event.currentTarget.checked })}
        />
      </SettingRow>
      <NumberSetting
        preferences={preferences}
        field="queueStallMinutes"
        name="Stalled after"
        about="A queued image counts as stalled after this time plus a time for its size, and six minutes later on hosts with a prefetch job. The time counts from when the console first saw the image queued."
        unit="minutes"
      />
    </div>
  );
}

/** Reads an interval in seconds, within the bounds of the contract. `90`, `90 s` and `2 min` are understood. */
export function readInterval(text: string): Reading {
  const match = /^\s*(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?\s*$/i.exec(text);
  if (!match) return { kind: 'problem', message: 'Not a number of seconds.' };
  const [, number = '', unit = 's'] = match;
  const factor = { s: 1, m: 60, h: 3_600 }[unit.charAt(0).toLowerCase()] ?? 1;
  const seconds = Number(number) * factor;
  const [from, to] = boundsOf('refreshSeconds');
  if (seconds < from) return { kind: 'problem', message: 'At least 5 seconds.' };
  if (seconds > to) return { kind: 'problem', message: 'At most 3,600 seconds, an hour.' };
  return { kind: 'number', number: seconds };
}
