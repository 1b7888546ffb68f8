import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { type AlertRules, alertRules } from '../../../electron/contract/alerts.ts';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { queries } from '../../bridge/queries.ts';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { SettingRow, usePreferences } from './setting-rows.tsx';
import classes from './settings.module.css';

type Rule = Exclude<keyof AlertRules, 'notify'>;

const rules: { rule: Rule; name: string; about: string }[] = [
  { rule: 'overLimit', name: 'Over limit', about: 'The cache of a host is larger than its limit for this time.' },
  {
    rule: 'timeToLimit',
    name: 'Time to limit',
    about: 'At the growth of the last day, a host reaches its limit within this time, and nothing prunes it before.',
  },
  { rule: 'unreachable', name: 'Unreachable', about: 'A host does not answer for this time.' },
  { rule: 'queueStalled', name: 'Queue stalled', about: 'Queued images of a host are stalled.' },
  { rule: 'goldenDrift', name: 'Golden set drift', about: 'Hosts differ from a golden set for this time.' },
  {
    rule: 'scheduleFailed',
    name: 'Schedules',
    about: 'A schedule cannot run, its last run failed, a run waits for approval, or it is paused for a host.',
  },
  {
    rule: 'expiring',
    name: 'Expiring credentials',
    about: 'The certificate of a server or an application credential expires within this time.',
  },
];

/** Which alerts fire, and whether the desktop notifies. */
export function AlertsSection({ preferences: { alerts } }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const about = useQuery(queries.about.queryOptions({ input: {} }));
  const id = useId();
  const change = (next: Partial<AlertRules>) => set({ alerts: { ...alerts, ...next } });
  return (
    <div className={`panel ${classes.rows}`}>
      {rules.map(({ rule, name, about }) => (
        <SettingRow key={rule} name={name} labelId={`${id}-${rule}`} about={about}>
          <div className="row">
            <Threshold rules={alerts} rule={rule} name={name} onChange={change} />
            <Switch
              aria-labelledby={`${id}-${rule}`}
              checked={alerts[rule].enabled}
              onChange={(event) => change({ [rule]: { ...alerts[rule], enabled: event.currentTarget.checked } })}
            />
          </div>
        </SettingRow>
      ))}
      {about.data?.shell === 'desktop' ? (
        <SettingRow
          name="System notifications"
          labelId={`${id}-notify`}
          about="The desktop shows a notification when an alert fires."
        >
          <Switch
            aria-labelledby={`${id}-notify`}
            checked={alerts.notify}
            onChange={(event) => change({ notify: event.currentTarget.checked })}
          />
        </SettingRow>
      ) : null}
    </div>
  );
}

type ThresholdProps = {
  rules: AlertRules;
  rule: Rule;
  name: string;
  onChange: (next: Partial<AlertRules>) => void;
};

/** The minutes or days of a rule that has them. */
function Threshold({ rules, rule, name, onChange }: ThresholdProps) {
  const current = rules[rule];
  const unit = 'minutes' in current ? 'minutes' : 'days' in current ? 'days' : undefined;
  if (unit === undefined) return null;
  const { minValue, maxValue } =
    unit === 'minutes'
      ? alertRules.shape.overLimit.unwrap().shape.minutes.unwrap()
      : alertRules.shape.expiring.unwrap().shape.days.unwrap();
  const [from, to] = [minValue ?? 0, maxValue ?? Number.MAX_SAFE_INTEGER];
  return (
    <NumberField
      aria-label={`${name}: ${unit}`}
      classNames={{ description: classes.bounds, error: classes.bounds }}
      value={'minutes' in current ? current.minutes : 'days' in current ? current.days : 0}
      hint={`${unit}, from ${formatCount(from)} to ${formatCount(to)}`}
      read={wholeNumber(from, to)}
      saveOnBlur
      onChange={(number) => onChange({ [rule]: { ...current, [unit]: number } })}
    />
  );
}
