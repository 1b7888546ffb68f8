import { Loader } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { RemoteAccess, RemoteVerdict } from '../../../electron/contract/remote.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { failureOf } from '../../bridge/failures.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { StepList } from './step-list.tsx';

const names: Record<RemoteVerdict['steps'][number]['step'], string> = {
  reaches: 'Login',
  becomes: 'User',
  programs: 'Programs',
  configuration: 'Settings',
  directory: 'Cache',
};

type Props = { access: () => RemoteAccess | undefined; where?: string };

/** Tries an access as it is typed, and shows the steps. Nothing is saved, nothing changes on the host. */
export function TryRemote({ access, where }: Props) {
  const test = useMutation(queries.remote.test.mutationOptions());
  const { data, error, isPending } = test;
  return (
    <div className="form-try">
      <div className="row">
        <Button
          disabled={isPending}
          onClick={() => {
            const remote = access();
            if (remote) test.mutate({ remote });
          }}
        >
          {data || error ? 'Test ssh again' : 'Test ssh'}
        </Button>
        <span className="dim" role="status">
          {isPending ? (
            <span className="row">
              <Loader size={13} aria-hidden="true" /> Logging in{where ? ` to ${where}` : ''}…
            </span>
          ) : data || error ? null : (
            `Logs in${where ? ` to ${where}` : ''}, looks for Glance’s programs, and changes nothing.`
          )}
        </span>
      </div>
      {!isPending && data ? (
        <div className="form-verdict">
          <StepList steps={data.steps} names={names} />
          {data.configuration ? (
            <p className="dim">
              Its own limit is {formatSize(data.configuration.limitBytes)}
              {data.configuration.stated.includes('limitBytes') ? '' : ', Glance’s default'}
              {data.release ? `; its programs are of Glance ${data.release}` : ''}.
            </p>
          ) : null}
          {data.failure ? <FailureText failure={data.failure} /> : null}
        </div>
      ) : null}
      {!isPending && error ? <FailureText failure={failureOf(error)} /> : null}
    </div>
  );
}
