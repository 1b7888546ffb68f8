import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircle from '@tabler/icons-react/dist/esm/icons/IconCircle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import IconProgress from '@tabler/icons-react/dist/esm/icons/IconProgress.mjs';
import './operations.css';
import type { Wording } from './words.ts';

const marks = {
  ok: { Icon: IconCircleCheck, tone: 'ok' },
  warn: { Icon: IconAlertTriangle, tone: 'warn' },
  bad: { Icon: IconCircleX, tone: 'bad' },
  busy: { Icon: IconProgress, tone: 'operations-busy' },
  none: { Icon: IconCircle, tone: 'faint' },
} as const;

/** A state: a form and a word, and a colour that says the same. */
export function StateMark({ wording, title }: { wording: Wording; title?: string }) {
  const { Icon, tone } = marks[wording.mark];
  return (
    <span className={`operations-state ${tone}`} title={title}>
      <Icon size={15} aria-hidden="true" />
      {wording.label}
    </span>
  );
}
