import { toDisplayError } from '../bridge/display-error.ts';
import { Button } from './button.tsx';
import { FailureText } from './failure-text.tsx';
import { Notice } from './notice.tsx';

type Props = { error: unknown; again: () => unknown; tone?: 'bad' | 'warn' };

/** A question that failed: what is wrong, what to do, and a button to ask again. */
export function FailedNotice({ error, again, tone = 'bad' }: Props) {
  return (
    <Notice tone={tone} live actions={<Button onClick={() => void again()}>Try again</Button>}>
      <FailureText failure={toDisplayError(error)} />
    </Notice>
  );
}
