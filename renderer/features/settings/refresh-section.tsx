import { Switch } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { formatSpan } from '../../lib/format.ts';
import { NumberSetting, usePreferences } from './setting-rows.tsx';

/** How often the hosts are asked, and whether at all; how long what is queued may wait. */
export function RefreshSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const text = typed ?? String(preferences.refreshSeconds);
  const reading = intervalOf(text);

  function save(event?: FormEvent) {
    event?.preventDefault();
    if (reading.kind === 'seconds' && reading.seconds !== preferences.refreshSeconds)
      set({ refreshSeconds: reading.seconds });
    if (reading.kind === 'seconds') setTyped(undefined);
  }

  return (
    <div className="panel settings-rows">
      <div className="settings-row">
        <div>
          <h2 id={`${id}-interval`}>Interval</h2>
          <p className="dim" id={`${id}-about`}>
            Every host is polled by itself, a little apart from the others. A host that fails is asked less often.
          </p>
        </div>
        <form onSubmit={save} className="settings-interval" aria-labelledby={`${id}-interval`}>
          <div className="row">
            {intervals.map((seconds) => (
              <button
                key={seconds}
                type="button"
                className="chip"
                aria-pressed={preferences.refreshSeconds === seconds}
                onClick={() => {
                  setTyped(undefined);
                  set({ refreshSeconds: seconds });
                }}
              >
                {formatSpan(seconds * 1_000)}
              </button>
            ))}
          </div>
          <div className="row">
            <label htmlFor={`${id}-seconds`}>Seconds</label>
            <input
              id={`${id}-seconds`}
              className="settings-number"
              inputMode="numeric"
              value={text}
              aria-invalid={reading.kind === 'problem'}
              aria-describedby={`${id}-understood`}
              onChange={(event) => setTyped(event.currentTarget.value)}
              onBlur={() => save()}
            />
            <span id={`${id}-understood`} className={reading.kind === 'problem' ? 'bad' : 'dim'} role="status">
              {reading.kind === 'problem' ? reading.message : 'from 5 to 3,600'}
            </span>
          </div>
        </form>
      </div>
      <div className="settings-row">
        <div>
          <h2 id={`${id}-pause`}>Pause polling</h2>
          <p className="dim">Nothing is asked by itself; Refresh still asks. What is shown may be old.</p>
        </div>
        <Switch
          aria-labelledby={`${id}-pause`}
          checked={preferences.refreshPaused}
          onChange={(event) => set({ refreshPaused: event.currentTarget.checked })}
        />
      </div>
      <NumberSetting
        name="Patience with the queue"
        about="An image that stays queued for longer, beside the time that its size takes, counts as stalled; six minutes later where a job of the host fetches. A host does not tell since when an image is queued: it counts from when the console first saw it."
        unit="minutes"
        value={preferences.queuePatienceMinutes}
        from={1}
        to={1_440}
        onChange={(queuePatienceMinutes) => set({ queuePatienceMinutes })}
      />
    </div>
  );
}

export const intervals = [5, 10, 30, 60, 300];

export type IntervalReading = { kind: 'seconds'; seconds: number } | { kind: 'problem'; message: string };

/** A typed interval, in seconds: whole, from 5 to 3,600. `90`, `90 s` and `2 min` are understood. */
export function intervalOf(text: string): IntervalReading {
  const match = /^\s*(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?\s*$/i.exec(text);
  if (!match) return { kind: 'problem', message: 'Not a number of seconds.' };
  const [, number = '', unit = 's'] = match;
  const factor = { s: 1, m: 60, h: 3_600 }[unit.charAt(0).toLowerCase()] ?? 1;
  const seconds = Number(number) * factor;
  if (seconds < 5) return { kind: 'problem', message: 'At least 5 seconds.' };
  if (seconds > 3_600) return { kind: 'problem', message: 'At most 3,600 seconds, an hour.' };
  return { kind: 'seconds', seconds };
}
