import { Button as MantineButton, Tooltip } from '@mantine/core';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import type { WhyNot } from '../lib/why-not.ts';

export type { WhyNot };

type Look = {
  kind?: 'plain' | 'primary' | 'danger' | 'destroy' | 'quiet';
  size?: 'normal' | 'small';
  className?: string | undefined;
};

type ButtonProps = Omit<ComponentProps<'button'>, 'color' | 'disabled' | 'className' | 'style'> &
  Look & {
    /** The button is disabled and stays focusable, with the reason as its tooltip and description. */
    whyNot?: WhyNot | undefined;
    /** The button is disabled for a reason that the page shows elsewhere. */
    disabled?: boolean;
    children: ReactNode;
  };

/**
 * A button. An action that is not possible is never hidden: with `whyNot` the button stays focusable, does nothing, and
 * shows the reason.
 */
export function Button({ kind = 'plain', size = 'normal', whyNot, disabled = false, onClick, ...others }: ButtonProps) {
  const reasonId = useId();
  const off = disabled || whyNot !== undefined;
  const button = (
    <MantineButton
      variant={kind}
      data-size={size}
      {...others}
      {...(off ? { 'data-disabled': true } : {})}
      aria-disabled={off || undefined}
      aria-describedby={whyNot ? reasonId : others['aria-describedby']}
      onClick={off ? (event) => event.preventDefault() : onClick}
    />
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

/** A link that looks like a button. */
export function LinkButton({
  href,
  kind = 'plain',
  size = 'normal',
  ...others
}: Look & { href: string; children: ReactNode }) {
  return <MantineButton component={Link} href={href} variant={kind} data-size={size} {...others} />;
}
