import { Loader } from '@mantine/core';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { failureOf } from '../../bridge/failures.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { useLoginTest } from './cloud-calls.ts';
import { isWithoutLogin } from './cloud-words.ts';
import '../../components/forms/forms.css';
import { LoginVerdict } from './login-verdict.tsx';

type Props = {
  cloud: Pick<Cloud, 'id' | 'name' | 'source'>;
  /** Goes on after a login that worked. */
  goOnLabel: string;
  onGoOn: () => void;
  /** Back to what was chosen or typed. */
  backLabel: string;
  onBack: () => void;
  /** What else can be done after a login that failed. */
  otherwise?: ReactNode;
};

/** Logs in to a cloud and says who that is; or why not, and the ways on. The obvious way on has the focus. */
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
    <div className="form-verdict">
      <div role="status" className="form-check-body">
        {running ? (
          <p className="form-verdict-head">
            <Loader size={16} aria-hidden="true" />
            <span>Logging in to {cloud.name}…</span>
          </p>
        ) : null}
        {!running && test.error ? (
          <Notice tone="bad">
            <FailureText failure={failureOf(test.error)} />
          </Notice>
        ) : null}
        {!running && !test.error && test.data && !without ? <LoginVerdict identity={test.data} /> : null}
        {!running && !test.error && without ? (
          <>
            <p className="form-verdict-head">
              <IconCircleCheck size={18} className="ok" aria-hidden="true" />
              <span>No login is used</span>
            </p>
            <p className="dim form-lead">
              Requests are sent without a token. Whether a host takes them, its test tells when you add it.
            </p>
          </>
        ) : null}
      </div>
      <div className="form-buttons">
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
