import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'accent' | 'plain';

/** One or two words about a row. */
export function Tag({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <Badge component="span" data-tone={tone} title={title}>
      {children}
    </Badge>
  );
}
