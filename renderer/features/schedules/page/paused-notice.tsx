import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { usePauseAll } from '../schedule-queries.ts';

/** Shown on every page about schedules while all of them are paused. */
export function PausedNotice({ paused }: { paused: boolean }) {
  const pause = usePauseAll();
  if (!paused) return null;
  return (
    <Notice
      tone="warn"
      live
      actions={
        <Button disabled={pause.isPending} onClick={() => pause.mutate({ paused: false })}>
          Resume all
        </Button>
      }
    >
      <b>All schedules are paused.</b> Runs that become due are skipped and reported.
    </Notice>
  );
}
