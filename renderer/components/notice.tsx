import type { ReactNode } from 'react';

type Props = { tone?: 'plain' | 'warn' | 'bad' | 'accent'; actions?: ReactNode; live?: boolean; children: ReactNode };

/** A quiet bar with something the operator should know. `live` ones are read out when they appear. */
export function Notice({ tone = 'plain', actions, live = false, children }: Props) {
  return (
    <div className="notice" data-tone={tone} role={live ? 'status' : undefined}>
      <div className="notice-text">{children}</div>
      {actions}
    </div>
  );
}
