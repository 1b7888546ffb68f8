import type { ScheduleDraft } from '../../../../electron/contract/schedules.ts';
import { openDialog } from '../../../lib/dialog-store.ts';
import { scheduleTemplates } from '../editor/schedule-templates.ts';
import { useScheduleSources } from '../schedule-queries.ts';
import classes from '../schedules.module.css';

/** Opens the editor of a new schedule. */
export function newSchedule(from?: Partial<ScheduleDraft>) {
  openDialog({ kind: 'schedule', schedule: { what: 'new', ...(from ? { from } : {}) } });
}

/** The templates of schedules as cards. */
export function TemplateCards() {
  const { goldenSets } = useScheduleSources();
  return (
    <ul className={classes.templates} aria-label="Templates">
      {scheduleTemplates(goldenSets).map(({ id, title, about, draft }) => (
        <li key={id}>
          <button type="button" onClick={() => newSchedule(draft)}>
            <b>{title}</b>
            <span className="dim">{about}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
