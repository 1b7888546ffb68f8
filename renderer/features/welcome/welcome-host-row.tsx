import { Loader } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { useId, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { StateDot } from '../../components/hosts/host-link.tsx';
import { notifyFailure } from '../../lib/notify.ts';
import { useHostTest, useRemoveHosts } from '../hosts/host-queries.ts';
import { HostTestSteps, worstOutcome } from '../hosts/host-test.tsx';
import classes from './welcome.module.css';

type Props = { host: HostSummary; tryNow: boolean; onRemoved: () => void };

const dots = { ok: 'ok', warning: 'attention', failed: 'failed' } as const;
const words = { ok: 'OK', warning: 'Warning', failed: 'Failed' } as const;

/** An added host: the result of its test, the steps when unfolded, and buttons to test and remove it. */
export function HostRow({ host, tryNow, onRemoved }: Props) {
  const id = useId();
  const [wanted, setWanted] = useState(tryNow);
  const [folded, setFolded] = useState<boolean>();
  const test = useHostTest(host.cloudId, host.address, wanted);
  const remove = useRemoveHosts();
  const worst = test.error ? 'failed' : test.data ? worstOutcome(test.data) : undefined;
  const running = test.isFetching;
  const open = folded === undefined ? worst === 'failed' && !running : !folded;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const told = worst ? words[worst] : host.state === 'failed' ? host.failure?.message : undefined;

  return (
    <li>
      <div className={classes.host}>
        <button
          type="button"
          className={classes.fold}
          aria-expanded={open}
          aria-controls={`${id}-steps`}
          aria-label={`Steps of ${host.name}`}
          disabled={!test.data && !test.error}
          onClick={() => setFolded(open)}
        >
          <Chevron size={15} aria-hidden="true" />
        </button>
        <StateDot state={running ? 'waiting' : worst ? dots[worst] : host.state === 'failed' ? 'failed' : 'waiting'} />
        <span className={classes.twoLines}>
          <span className="name cut">{host.name}</span>
          <span className="faint mono cut" title={host.address}>
            {host.address}
          </span>
        </span>
        <span className={`${classes.twoLines} ${classes.hostState}`} role="status">
          {running ? (
            <span className="dim">
              <Loader size={12} aria-hidden="true" /> Trying…
            </span>
          ) : (
            <span className={worst === 'failed' ? 'bad' : worst === 'warning' ? 'warn' : 'dim'}>
              {told ?? 'Not tested yet'}
            </span>
          )}
          <span className="faint cut">{hostSummaryText(host)}</span>
        </span>
        <Button
          kind="quiet"
          disabled={running}
          aria-label={`Test ${host.name} again`}
          onClick={() => {
            setWanted(true);
            if (wanted) void test.refetch();
          }}
        >
          Test
        </Button>
        <Button
          kind="quiet"
          disabled={remove.isPending}
          aria-label={`Remove ${host.name}`}
          onClick={() => remove.mutate([host.id], { onSuccess: onRemoved, onError: notifyFailure })}
        >
          Remove
        </Button>
      </div>
      <div id={`${id}-steps`} hidden={!open} className={classes.steps}>
        {test.data ? <HostTestSteps verdict={test.data} /> : null}
        {test.error ? <FailureText failure={toDisplayError(test.error)} /> : null}
      </div>
    </li>
  );
}

/** The API version and the cache of a host in one line; undefined while it is not reachable. */
function hostSummaryText(host: HostSummary): string | undefined {
  if (host.state !== 'reachable' || !host.capabilities) return undefined;
  const parts = [`API ${host.capabilities.apiVersion}`];
  if (host.capabilities.dialect === 'legacy') parts[0] = 'Older cache API';
  if (host.totals) {
    const { cachedImages, sizeBytes, unsized } = host.totals;
    parts.push(`${plural(cachedImages, 'cached image')}, ${formatSizeSum({ bytes: sizeBytes, unsized })}`);
  }
  return parts.join(' · ');
}
