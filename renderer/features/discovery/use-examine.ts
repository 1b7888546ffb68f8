import { useEffect, useRef, useState } from 'react';
import type { HostVerdict } from '../../../electron/contract/hosts.ts';
import { client } from '../../bridge/client.ts';
import { failureOf, type Shown } from '../../bridge/failures.ts';
import type { Test } from './candidate-rows.ts';

export type Examination = {
  tests: ReadonlyMap<string, Test>;
  running: boolean;
  failure: Shown | undefined;
  start: (addresses: readonly string[]) => void;
  cancel: () => void;
};

/** Tests candidates live. What is under way is cancelled by the operator, by a new start, and by leaving. */
export function useExamine(cloudId: string, onVerdict: (address: string, verdict: HostVerdict) => void): Examination {
  const [tests, setTests] = useState<ReadonlyMap<string, Test>>(new Map());
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<Shown>();
  const control = useRef<AbortController | undefined>(undefined);
  const tell = useRef(onVerdict);
  useEffect(() => {
    tell.current = onVerdict;
  });
  useEffect(() => () => control.current?.abort(), []);

  async function run(addresses: readonly string[], { signal }: AbortController) {
    try {
      const stream = await client.discovery.examine({ cloudId, addresses: [...addresses] }, { signal });
      for await (const one of stream) {
        if (signal.aborted) break;
        setTests((before) => new Map(before).set(one.address, one.state === 'tested' ? one.verdict : 'testing'));
        if (one.state === 'tested') tell.current(one.address, one.verdict);
      }
    } catch (error) {
      if (!signal.aborted) setFailure(failureOf(error));
    }
    if (signal.aborted) return;
    setRunning(false);
    setTests(withoutTesting);
  }

  const cancel = () => {
    control.current?.abort();
    setRunning(false);
    setTests(withoutTesting);
  };
  const start = (addresses: readonly string[]) => {
    if (addresses.length === 0) return;
    control.current?.abort();
    const mine = new AbortController();
    control.current = mine;
    setFailure(undefined);
    setRunning(true);
    setTests((before) => {
      const next = new Map(withoutTesting(before));
      for (const address of addresses) next.delete(address);
      return next;
    });
    void run(addresses, mine);
  };
  return { tests, running, failure, start, cancel };
}

/** What was not tested to its end counts as not tested. */
function withoutTesting(tests: ReadonlyMap<string, Test>): ReadonlyMap<string, Test> {
  return new Map([...tests].filter(([, test]) => test !== 'testing'));
}
