import type { ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'accent' | 'plain';

/** A word or two on a row. */
export function Tag({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone} title={title}>
      {children}
    </span>
  );
}
