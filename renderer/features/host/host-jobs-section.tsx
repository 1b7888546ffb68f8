import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostJob, HostJobs, JobSuggestion } from '../../../electron/contract/host-jobs.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import { copyText } from '../../lib/notify.ts';
import { hostSettingsPath } from '../../lib/routes.ts';
import classes from './host.module.css';
import { HostRemovals } from './host-removals.tsx';

/**
 * What else maintains the cache of a host: recent removals by other programs, and its crontab lines and systemd timers,
 * with suggested jobs to copy. Nothing on the host is changed.
 */
export function HostJobsSection({ host }: { host: HostSummary }) {
  const list = useQuery(queries.hostJobs.list.queryOptions({ input: {} }));
  if (list.error) return <FailedNotice error={list.error} again={list.refetch} />;
  if (!list.data) return null;
  return (
    <>
      <HostRemovals removals={list.data.removals.filter(({ hostId }) => hostId === host.id)} />
      <Jobs host={host} known={list.data.hosts.find(({ hostId }) => hostId === host.id)} />
    </>
  );
}

function Jobs({ host, known }: { host: HostSummary; known: HostJobs | undefined }) {
  const read = useMutation(queries.hostJobs.read.mutationOptions());
  const { mutate, isPending } = read;
  if (!known) {
    return (
      <p className="dim">
        To see which crontabs and systemd timers of this host prune and clean its cache, set up SSH access in{' '}
        <Link href={hostSettingsPath(host.id)}>its settings</Link>.
      </p>
    );
  }
  const again = (
    <Button disabled={isPending} onClick={() => mutate({ hostId: host.id })}>
      {isPending ? 'Reading…' : known.readAt === null ? 'Read jobs' : 'Read again'}
    </Button>
  );
  const failure = read.error ? toDisplayError(read.error) : known.failure;
  return (
    <>
      <div className="toolbar">
        <h2 className={classes.jobsTitle}>Jobs on the host</h2>
        <span className="dim" role="status">
          {known.readAt === null ? (
            'Not read yet'
          ) : (
            <>
              Read <RelativeTime time={known.readAt} /> over SSH
            </>
          )}
        </span>
        <span className="grow" />
        {again}
      </div>
      {failure ? (
        <Notice tone="warn" live>
          <FailureText failure={failure} />
        </Notice>
      ) : null}
      {known.readAt === null ? null : <FoundJobs known={known} />}
      <Suggestions host={host} />
    </>
  );
}

const programNames = { pruner: 'Prune', cleaner: 'Clean', prefetcher: 'Prefetch' } as const;
const idOf = ({ source, program, when, command }: HostJob) => [source, program, when, command].join(' ');
const nameOf = (job: HostJob) => `${programNames[job.program]}, ${job.source}`;

function FoundJobs({ known: { jobs, unread } }: { known: HostJobs }) {
  const table = useTableState({
    rows: jobs,
    idOf,
    sortName: 'host.jobs',
    defaultSort: { id: 'action', descending: false },
  });
  const columns = useMemo<Column<HostJob>[]>(
    () => [
      {
        id: 'action',
        header: 'Action',
        width: 150,
        priority: 'always',
        sortBy: ({ program }) => programNames[program],
        cell: ({ program, active }) => (
          <>
            {programNames[program]} {active ? null : <Tag tone="warn">not active</Tag>}
          </>
        ),
      },
      {
        id: 'when',
        header: 'When',
        width: 210,
        sortBy: ({ when }) => when,
        cell: ({ when }) => <span className="mono">{when}</span>,
      },
      { id: 'source', header: 'Where', width: 260, sortBy: ({ source }) => source, cell: ({ source }) => source },
      { id: 'user', header: 'User', width: 90, sortBy: ({ user }) => user ?? '', cell: ({ user }) => user ?? '–' },
      {
        id: 'command',
        header: 'Command',
        sortBy: ({ command }) => command,
        cell: ({ command }) => (
          <span className="mono" title={command}>
            {command}
          </span>
        ),
      },
    ],
    [],
  );
  const prunes = jobs.some(({ program, active }) => program === 'pruner' && active);
  const places = unread.length === 0 ? '' : ` Not readable for the SSH user: ${unread.join(', ')}.`;
  return (
    <>
      {prunes ? null : (
        <Notice tone="warn">
          <b>No job on this host prunes its cache.</b>{' '}
          <span className="dim">
            Looked in the user’s crontab, /etc/crontab, /etc/cron.d, /etc/cron.daily and the like, and systemd timers.
            {places}
          </span>
        </Notice>
      )}
      {prunes && places !== '' ? <p className="dim">{places.trim()}</p> : null}
      {jobs.length === 0 ? null : (
        <DataTable label="Jobs on this host" {...table.props} columns={columns} nameOf={nameOf} measured />
      )}
    </>
  );
}

/** Crontab lines and timers with the paths of this host, for the operator to install there. */
function Suggestions({ host }: { host: HostSummary }) {
  const [asked, setAsked] = useState(false);
  const suggest = useQuery(
    queries.hostJobs.suggest.queryOptions({ input: { hostId: host.id }, enabled: asked, staleTime: 0 }),
  );
  if (!asked) {
    return (
      <p>
        <Button onClick={() => setAsked(true)}>Show jobs to add on this host…</Button>{' '}
        <span className="dim">
          Reads its user, configuration and release over SSH. The console does not change crontabs.
        </span>
      </p>
    );
  }
  if (suggest.error) return <FailedNotice error={suggest.error} again={suggest.refetch} />;
  if (!suggest.data) return <p role="status">Reading the host’s configuration…</p>;
  return (
    <section aria-label="Jobs to add" className={classes.suggestions}>
      <h2>Jobs to add on {host.name}</h2>
      <p className="dim">
        For Glance {suggest.data.release}. Use either cron or systemd for each, not both, and no schedule of this
        console for the same action.
      </p>
      {suggest.data.suggestions.map((suggestion) => (
        <Suggestion key={`${suggestion.program} ${suggestion.kind}`} suggestion={suggestion} />
      ))}
    </section>
  );
}

function Suggestion({ suggestion: { program, kind, path, text, note } }: { suggestion: JobSuggestion }) {
  const title = `${programNames[program]} with ${kind === 'cron' ? 'cron' : 'a systemd timer'}`;
  return (
    <details className={classes.suggestion} open={kind === 'cron'}>
      <summary>
        {title} <span className="dim mono">{path}</span>
      </summary>
      <pre className="mono">{text}</pre>
      {note === '' ? null : <p className="dim">{note}</p>}
      <Button aria-label={`Copy: ${title}`} onClick={() => copyText(text, 'Job')}>
        Copy
      </Button>
    </details>
  );
}
