import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Operation, TargetOutcome } from '../../../electron/contract/operations.ts';
import type { RemoteLine } from '../../../electron/contract/remote.ts';
import { client } from '../../bridge/client.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { isActive } from './operation-progress.ts';
import classes from './program-output.module.css';

/** The number of lines that are shown: the last ones. */
const maxLines = 1_000;

type Props = { operation: Operation; targets: readonly TargetOutcome[] };

/** The output of the programs that an operation runs on hosts over ssh. Shows nothing if it runs none. */
export function ProgramOutput({ operation, targets }: Props) {
  const programs = targets.filter(({ method }) => method === 'ssh');
  const [chosen, setChosen] = useState<HostId>();
  const shown =
    programs.find(({ hostId }) => hostId === chosen) ?? programs.find(({ state }) => state === 'sent') ?? programs[0];
  if (!shown) return null;
  return (
    <section className={classes.output} aria-label="Output">
      {programs.length > 1 ? (
        <label className="row">
          <span className="dim">Program of</span>
          <select
            className="plain-select"
            value={shown.hostId}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {programs.map(({ hostId, hostName }) => (
              <option key={hostId} value={hostId}>
                {hostName}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <OutputLines key={shown.hostId} operation={operation} hostId={shown.hostId} hostName={shown.hostName} />
    </section>
  );
}

type OutputLinesProps = { operation: Operation; hostId: HostId; hostName: string };

function OutputLines({ operation, hostId, hostName }: OutputLinesProps) {
  const active = isActive(operation);
  const queryKey = [...queries.operations.output.key({ input: { id: operation.id, hostId } }), 'lines'];
  const { data, error } = useQuery({
    queryKey,
    queryFn: async ({ client: cache, signal }) => {
      const lines = [...(cache.getQueryData<RemoteLine[]>(queryKey) ?? [])];
      for (;;) {
        const page = await client.operations.output({ id: operation.id, hostId, from: lines.length }, { signal });
        lines.push(...page.lines);
        if (page.lines.length === 0 || page.next >= page.total) return lines;
      }
    },
    // There is no event for a new line of a program.
    refetchInterval: active ? 1_000 : false,
    structuralSharing: false,
  });
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  const count = data?.length ?? 0;
  useEffect(() => {
    if (count > 0 && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  if (error) return <FailureText failure={toDisplayError(error)} />;
  const drawn = data?.slice(-maxLines) ?? [];
  return (
    <>
      {count > drawn.length ? <p className="faint">{plural(count - drawn.length, 'earlier line')} not shown.</p> : null}
      <pre
        ref={box}
        className={`program-lines ${classes.lines}`}
        role="log"
        aria-label={`Output of ${hostName}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {count === 0 ? (
          <span className="faint">{active ? 'No output yet.' : 'No output.'}</span>
        ) : (
          drawn.map(({ stream, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the only key of a line is its position
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
