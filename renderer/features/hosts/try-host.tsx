import { Loader } from '@mantine/core';
import { useState } from 'react';
import { failureOf } from '../../bridge/failures.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { useHostTest } from './host-calls.ts';
import { VerdictSteps } from './verdict-steps.tsx';

type Props = { cloudId: string; address: string | undefined; atOnce?: boolean };

/** Tries an address with a cloud's login and shows the steps. With a key of its own for each address, none shows another's. */
export function TryHost({ cloudId, address, atOnce = false }: Props) {
  const [wanted, setWanted] = useState(atOnce);
  const test = useHostTest(cloudId, address ?? '', wanted && address !== undefined);
  const running = test.isFetching;
  return (
    <div className="settings-try">
      <div className="row">
        <Button
          disabled={address === undefined || running}
          onClick={() => {
            setWanted(true);
            if (wanted) void test.refetch();
          }}
        >
          {test.data || test.error ? 'Test again' : 'Test'}
        </Button>
        <span className="dim" role="status">
          {running ? (
            <span className="row">
              <Loader size={13} aria-hidden="true" /> Trying {address}…
            </span>
          ) : test.data || test.error ? null : (
            'Tries the address with the cloud’s login, and changes nothing.'
          )}
        </span>
      </div>
      {!running && test.data ? <VerdictSteps verdict={test.data} /> : null}
      {!running && test.error ? <FailureText failure={failureOf(test.error)} /> : null}
    </div>
  );
}
