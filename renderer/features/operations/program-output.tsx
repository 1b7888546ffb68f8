import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Operation, TargetOutcome } from '../../../electron/contract/operations.ts';
import type { RemoteLine } from '../../../electron/contract/remote.ts';
import { client } from '../../bridge/client.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { plural } from '../../lib/format.ts';
import { isActive } from './operation-progress.ts';

/** So many lines are drawn; those before are said to be left out. */
const mostDrawn = 1_000;

type Props = { operation: Operation; targets: readonly TargetOutcome[] };

/** What the hosts' own programs say in an operation, live; nothing where none of them is run. */
export function ProgramOutput({ operation, targets }: Props) {
  const run = targets.filter(({ rung }) => rung === 'ssh');
  const [chosen, setChosen] = useState<HostId>();
  const shown = run.find(({ hostId }) => hostId === chosen) ?? run.find(({ state }) => state === 'sent') ?? run[0];
  if (!shown) return null;
  return (
    <section className="program-output" aria-label="What the programs say">
      {run.length > 1 ? (
        <label className="row">
          <span className="dim">Program of</span>
          <select
            className="plain-select"
            value={shown.hostId}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {run.map(({ hostId, hostName }) => (
              <option key={hostId} value={hostId}>
                {hostName}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Lines key={shown.hostId} operation={operation} hostId={shown.hostId} hostName={shown.hostName} />
    </section>
  );
}

type LinesProps = { operation: Operation; hostId: HostId; hostName: string };

function Lines({ operation, hostId, hostName }: LinesProps) {
  const live = isActive(operation);
  const queryKey = ['program output', operation.id, hostId];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async ({ client: cache, signal }) => {
      const lines = [...(cache.getQueryData<RemoteLine[]>(queryKey) ?? [])];
      for (;;) {
        const page = await client.operations.output({ id: operation.id, hostId, from: lines.length }, { signal });
        lines.push(...page.lines);
        if (page.lines.length === 0 || page.next >= page.total) return lines;
      }
    },
    refetchInterval: live ? 1_000 : false,
    structuralSharing: false,
  });
  // The last lines come with the end.
  useEffect(() => {
    if (!live) void refetch();
  }, [live, refetch]);
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  const count = data?.length ?? 0;
  useEffect(() => {
    if (count > 0 && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  if (error) return <FailureText failure={toDisplayError(error)} />;
  const drawn = data?.slice(-mostDrawn) ?? [];
  return (
    <>
      {count > drawn.length ? <p className="faint">{plural(count - drawn.length, 'earlier line')} left out.</p> : null}
      <pre
        ref={box}
        className="program-lines"
        role="log"
        aria-label={`What the program of ${hostName} says`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {count === 0 ? (
          <span className="faint">{live ? 'It has said nothing yet.' : 'It said nothing.'}</span>
        ) : (
          drawn.map(({ stream, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place only
            <span key={count - drawn.length + index} data-stream={stream}>
              {text}
              {'\n'}
            </span>
          ))
        )}
      </pre>
    </>
  );
}
