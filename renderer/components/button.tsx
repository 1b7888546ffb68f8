import { Tooltip } from '@mantine/core';
import { type ComponentProps, type ReactNode, useId } from 'react';

/** Why something cannot be done, and the way to get it. */
export type WhyNot = { reason: string; remedy: string };

type Props = Omit<ComponentProps<'button'>, 'disabled'> & {
  kind?: 'plain' | 'primary' | 'danger' | 'destroy' | 'quiet';
  /** Disabled, yet reachable, with the reason: a thing that cannot be done is never hidden. */
  whyNot?: WhyNot | undefined;
  /** Off for the moment, for a reason that the page shows anyway. */
  disabled?: boolean;
  children: ReactNode;
};

/** A button. With `whyNot` it stays focusable, does nothing, and says why. */
export function Button({ kind = 'plain', whyNot, disabled = false, onClick, children, ...others }: Props) {
  const reasonId = useId();
  const off = disabled || whyNot !== undefined;
  const button = (
    <button
      type="button"
      {...others}
      className={others.className ? `btn ${others.className}` : 'btn'}
      data-kind={kind}
      aria-disabled={off || undefined}
      aria-describedby={whyNot ? reasonId : others['aria-describedby']}
      onClick={off ? (event) => event.preventDefault() : onClick}
    >
      {children}
    </button>
  );
  if (!whyNot) return button;
  return (
    <>
      <Tooltip
        label={
          <>
            <b>{whyNot.reason}</b>
            <br />
            {whyNot.remedy}
          </>
        }
      >
        {button}
      </Tooltip>
      <span id={reasonId} hidden>
        {whyNot.reason} {whyNot.remedy}
      </span>
    </>
  );
}
