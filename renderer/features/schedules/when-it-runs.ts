import { useAbout } from '../clouds/cloud-queries.ts';

/** Describes when schedules run, which depends on how the console was started. Empty until that is known. */
export function useWhenItRuns(): string {
  const shell = useAbout().data?.shell;
  if (shell === undefined) return '';
  return shell === 'desktop'
    ? 'Schedules run while this console is open, also in the tray.'
    : 'Schedules run while the console serves this page, also when no page is open.';
}
