import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { CloudMarks } from '../../components/cloud-controls.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { StateDot } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Notice } from '../../components/notice.tsx';
import { Tag } from '../../components/tag.tsx';
import { notifyFailure } from '../../lib/notify.ts';
import { authUrlOf, isWithoutLogin, needsUnlock, roleSummary, secretLabel, sourceLabel } from './cloud-labels.ts';
import classes from './clouds-section.module.css';

type Doing = 'edit' | 'remove' | 'test' | 'unlock' | 'remote';
type Props = { cloud: Cloud; hosts: readonly HostSummary[]; onDo: (what: Doing) => void };

/** A cloud: its login, where its secret is stored, its hosts, and its failure if it has one. */
export function CloudCard({ cloud, hosts, onDo }: Props) {
  const locked = needsUnlock(cloud);
  const { identity } = cloud;
  const dot = locked || cloud.failure ? 'failed' : identity || cloud.secret === 'unneeded' ? 'ok' : 'waiting';
  const without = isWithoutLogin(cloud.source);
  const unverified = cloud.source.kind === 'typed' && !cloud.source.connection.verify;
  return (
    <li className={`panel ${classes.cloud}`} aria-label={cloud.name}>
      <div className={classes.cloudHead}>
        <StateDot state={dot} />
        <h2>
          <MiddleTruncate text={cloud.name} />
        </h2>
        {identity && !without ? (
          <Tag tone={roleSummary(identity).admin ? 'ok' : 'warn'}>
            {roleSummary(identity).admin ? 'admin' : 'not admin'}
          </Tag>
        ) : null}
        {unverified ? (
          <Tag tone="warn" title="TLS certificates are not verified for this cloud">
            unverified
          </Tag>
        ) : null}
        <CloudMarks cloud={cloud} />
        <span className="grow" />
        {locked ? (
          <Button kind="primary" onClick={() => onDo('unlock')} aria-label={`Unlock ${cloud.name}`}>
            Unlock…
          </Button>
        ) : (
          <Button onClick={() => onDo('test')} aria-label={`Test login to ${cloud.name}`}>
            Test login
          </Button>
        )}
        <Button onClick={() => onDo('edit')} aria-label={`Edit ${cloud.name}`}>
          Edit…
        </Button>
        <Button kind="danger" onClick={() => onDo('remove')} aria-label={`Remove ${cloud.name}`}>
          Remove…
        </Button>
      </div>
      <FactList>
        <dt>Login</dt>
        <dd>
          {sourceLabel(cloud.source)}
          {authUrlOf(cloud.source) ? <span className="dim"> at {authUrlOf(cloud.source)}</span> : null}
        </dd>
        <dt>Logged in as</dt>
        <dd>
          {without ? <span className="dim">none: requests are sent without a token</span> : null}
          {without ? null : identity ? (
            <>
              {identity.user}
              {identity.project === null ? null : ` in project ${identity.project}`}
              {identity.roles.length > 0 ? <span className="dim"> · {identity.roles.join(', ')}</span> : null}
            </>
          ) : (
            <span className="dim">{locked ? 'locked' : 'not logged in yet'}</span>
          )}
        </dd>
        <dt>Secret</dt>
        <dd className={locked ? 'warn' : undefined}>{secretLabel(cloud.secret)}</dd>
        <dt>Hosts</dt>
        <dd>{hosts.length === 0 ? <span className="dim">none yet</span> : plural(hosts.length, 'host')}</dd>
        <dt>Remote access</dt>
        <dd>
          {cloud.remote ? `over SSH${cloud.remote.user ? ` as ${cloud.remote.user}` : ''}` : 'not set up'}{' '}
          <Button
            kind="quiet"
            size="small"
            onClick={() => onDo('remote')}
            aria-label={`Change the remote access of ${cloud.name}`}
          >
            Change…
          </Button>
        </dd>
      </FactList>
      <CloudGuards cloud={cloud} />
      {cloud.failure && !locked ? (
        <Notice tone="bad">
          <FailureText failure={cloud.failure} />
        </Notice>
      ) : null}
    </li>
  );
}

/** The switches that protect a cloud: read-only, and production, which asks for a typed name. */
function CloudGuards({ cloud }: { cloud: Cloud }) {
  const update = useMutation(queries.clouds.update.mutationOptions({ onError: notifyFailure }));
  const { id, name, readOnly, production } = cloud;
  return (
    <div className={classes.guards}>
      <Switch
        label="Read-only"
        description="Blocks all changes."
        aria-label={`${name} is read-only`}
        checked={readOnly}
        disabled={update.isPending}
        onChange={(event) => update.mutate({ id, readOnly: event.currentTarget.checked })}
      />
      <Switch
        label="Production"
        description="Large destructive actions require typing a name."
        aria-label={`${name} is production`}
        checked={production}
        disabled={update.isPending}
        onChange={(event) => update.mutate({ id, production: event.currentTarget.checked })}
      />
    </div>
  );
}
