import { useId } from 'react';
import { Button } from '../../../components/button.tsx';
import editorClasses from '../../../components/forms/editor.module.css';
import { NumberField, wholeNumber } from '../../../components/forms/number-field.tsx';
import { dayName, isTimed, missedTexts, weekOrder } from '../schedule-text.ts';
import { ChipSet } from './chip-choice.tsx';
import type { FieldsProps } from './schedule-action-fields.tsx';
import classes from './schedule-editor.module.css';
import { type BlackoutForm, isTimeOfDay, newBlackout, removesImages } from './schedule-form.ts';
import { TimeField } from './schedule-trigger-fields.tsx';

type Props = Omit<FieldsProps, 'problem'>;
const readImages = wholeNumber(0, 1_000_000);
const readPercent = wholeNumber(1, 100);
const dayChoices = weekOrder.map((day) => ({ value: day as number, label: dayName(day) }));
const maxBlackouts = 10;

/** The periods in which nothing starts. */
export function BlackoutFields({ values, set }: Props) {
  const { blackouts } = values;
  const change = (key: number, next: Partial<BlackoutForm>) =>
    set({ blackouts: blackouts.map((one) => (one.key === key ? { ...one, ...next } : one)) });
  return (
    <fieldset className={`plain-fieldset ${editorClasses.section}`}>
      <legend>Not during</legend>
      {blackouts.map((blackout, index) => {
        const { key, from, to, days } = blackout;
        const invalid = !isTimeOfDay(from) || !isTimeOfDay(to);
        return (
          <fieldset key={key} className={`plain-fieldset ${classes.blackout}`}>
            <legend className="hidden-text">Period {index + 1}</legend>
            <TimeField label="From" value={from} onChange={(next) => change(key, { from: next })} hidden />
            <span className="dim">to</span>
            <TimeField label="To" value={to} onChange={(next) => change(key, { to: next })} hidden />
            <ChipSet label="Days" choices={dayChoices} chosen={days} onChange={(next) => change(key, { days: next })} />
            <Button
              kind="quiet"
              size="small"
              aria-label={`Remove period ${index + 1}`}
              onClick={() => set({ blackouts: blackouts.filter((one) => one.key !== key) })}
            >
              Remove
            </Button>
            <span className={invalid ? 'bad' : 'dim'} role="status">
              {invalid
                ? 'Times such as 08:00.'
                : days.length === 0
                  ? 'Every day.'
                  : from > to
                    ? 'It ends on the next day.'
                    : ''}
            </span>
          </fieldset>
        );
      })}
      <Button
        size="small"
        disabled={blackouts.length >= maxBlackouts}
        onClick={() => set({ blackouts: [...blackouts, newBlackout()] })}
      >
        Add a period
      </Button>
    </fieldset>
  );
}

/** What happens with missed runs, and which runs wait for approval. */
export function ScheduleSafetyFields({ values, set }: Props) {
  const name = useId();
  return (
    <>
      {isTimed(values.trigger) ? (
        <fieldset className={`plain-fieldset ${editorClasses.section}`}>
          <legend>Runs missed while the console was closed</legend>
          <div className="choices">
            {(['skip', 'runOnce'] as const).map((missed) => (
              <label key={missed}>
                <input type="radio" name={name} checked={values.missed === missed} onChange={() => set({ missed })} />
                {missedTexts[missed]}
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      {removesImages(values) ? (
        <fieldset className={`plain-fieldset ${editorClasses.section}`}>
          <legend>Wait for approval</legend>
          <p className="dim">A run waits until it is approved if it would delete any golden image, or</p>
          <div className={classes.numbered}>
            <span>more than</span>
            <NumberField
              aria-label="Images that a run may delete"
              placeholder="no limit"
              hint="images in all, or"
              value={values.limitImages}
              read={readImages}
              onChange={(limitImages) => set({ limitImages })}
              onEmpty={() => set({ limitImages: null })}
              onInvalid={() => set({ limitImages: undefined })}
            />
          </div>
          <div className={classes.numbered}>
            <span>more than</span>
            <NumberField
              aria-label="Share of a host that a run may delete"
              placeholder="no limit"
              hint="% of the cached images of any one host"
              value={values.limitPercent}
              read={readPercent}
              onChange={(limitPercent) => set({ limitPercent })}
              onEmpty={() => set({ limitPercent: null })}
              onInvalid={() => set({ limitPercent: undefined })}
            />
          </div>
        </fieldset>
      ) : null}
    </>
  );
}
