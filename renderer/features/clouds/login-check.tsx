import { Loader } from '@mantine/core';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Cloud, Identity } from '../../../electron/contract/clouds.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Tag } from '../../components/tag.tsx';
import { isWithoutLogin, roleSummary } from './cloud-labels.ts';
import { useLoginTest } from './cloud-queries.ts';
import classes from './login-check.module.css';

type Props = {
  cloud: Pick<Cloud, 'id' | 'name' | 'source'>;
  /** The button after a successful login. */
  goOnLabel: string;
  onGoOn: () => void;
  /** The button back to the form. */
  backLabel: string;
  onBack: () => void;
  /** Another button after a failed login. */
  otherwise?: ReactNode;
};

/** Tests the login to a cloud and shows the user and the roles, or the failure. Focuses the next button. */
export function LoginCheck({ cloud, goOnLabel, onGoOn, backLabel, onBack, otherwise }: Props) {
  const test = useLoginTest(cloud.id);
  const main = useRef<HTMLButtonElement>(null);
  const running = test.isFetching;
  const without = isWithoutLogin(cloud.source);
  const settled = running ? 'running' : test.error ? 'failed' : 'passed';
  useEffect(() => {
    if (settled !== 'running') main.current?.focus();
  }, [settled]);

  return (
    <div className={formClasses.stack}>
      <div role="status" className={classes.body}>
        {running ? (
          <p className={classes.head}>
            <Loader size={16} aria-hidden="true" />
            <span>Logging in to {cloud.name}…</span>
          </p>
        ) : null}
        {!running && test.error ? (
          <Notice tone="bad">
            <FailureText failure={toDisplayError(test.error)} />
          </Notice>
        ) : null}
        {!running && !test.error && test.data && !without ? <LoginSummary identity={test.data} /> : null}
        {!running && !test.error && without ? (
          <>
            <p className={classes.head}>
              <IconCircleCheck size={18} className="ok" aria-hidden="true" />
              <span>No login is used</span>
            </p>
            <p className={`dim ${formClasses.lead}`}>
              Requests are sent without a token. The host test shows whether a host accepts them.
            </p>
          </>
        ) : null}
      </div>
      <div className={formClasses.buttons}>
        <Button onClick={onBack}>{running ? 'Cancel' : backLabel}</Button>
        <span className="grow" />
        {settled === 'failed' ? otherwise : null}
        {settled === 'failed' ? (
          <Button ref={main} kind="primary" onClick={() => void test.refetch()}>
            Try again
          </Button>
        ) : (
          <Button ref={main} kind="primary" disabled={running} onClick={onGoOn}>
            {goOnLabel}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The user and the roles of a login, and what they mean for the caches. */
function LoginSummary({ identity }: { identity: Identity }) {
  const verdict = roleSummary(identity);
  return (
    <div className={formClasses.stack}>
      <p className={classes.head}>
        <IconCircleCheck size={18} className="ok" aria-hidden="true" />
        <span>
          Logged in as <b>{identity.user}</b>
          {identity.project === null ? null : (
            <>
              {' '}
              in project <b>{identity.project}</b>
            </>
          )}
        </span>
      </p>
      <FactList>
        <dt>Roles</dt>
        <dd className={formClasses.tags}>
          {identity.roles.length === 0 ? 'none' : null}
          {identity.roles.map((role) => (
            <Tag key={role} tone={role.toLowerCase() === 'admin' ? 'ok' : 'plain'}>
              {role}
            </Tag>
          ))}
        </dd>
        {verdict.admin ? (
          <>
            <dt>Rights</dt>
            <dd>{verdict.text}</dd>
          </>
        ) : null}
        {identity.expiresAt === null ? null : (
          <>
            <dt>Token</dt>
            <dd>
              expires <RelativeTime time={identity.expiresAt} />, renewed automatically
            </dd>
          </>
        )}
      </FactList>
      {verdict.admin ? null : (
        <Notice tone="warn">
          <b>{verdict.heading}.</b> {verdict.text}
        </Notice>
      )}
    </div>
  );
}
