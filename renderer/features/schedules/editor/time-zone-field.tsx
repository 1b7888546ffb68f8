import { useId, useMemo } from 'react';
import { isTimeZone, localTimeZone, timeZones } from '../../../lib/zoned-time.ts';
import classes from './schedule-editor.module.css';

/** A time zone, which is searched by typing a part of its name. */
export function TimeZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const id = useId();
  const zones = useMemo(timeZones, []);
  const local = localTimeZone();
  const known = isTimeZone(value);
  return (
    <span className="row">
      <label htmlFor={id}>Time zone</label>
      <input
        id={id}
        className={`plain-input ${classes.zone}`}
        list={`${id}-zones`}
        value={value}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        aria-invalid={!known || undefined}
        aria-describedby={`${id}-hint`}
        onFocus={(event) => event.target.select()}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={`${id}-zones`}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <span id={`${id}-hint`} className={known ? 'dim' : 'bad'} role="status">
        {known ? (value === local ? 'your own' : '') : 'No such time zone.'}
      </span>
      {value === local ? null : (
        <button type="button" className="chip" onClick={() => onChange(local)}>
          Use {local}
        </button>
      )}
    </span>
  );
}
