import { Loader, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { FindSource, Found } from '../../../electron/contract/discovery.ts';
import type { HostVerdict } from '../../../electron/contract/hosts.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { type DisplayError, toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import formClasses from '../../components/forms/form.module.css';
import { Notice } from '../../components/notice.tsx';
import { HiddenCount } from '../../components/selection-bar.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { notify } from '../../lib/notify.ts';
import { readLimit } from '../hosts/host-form-values.ts';
import { RegionSelect } from '../hosts/region-select.tsx';
import { CandidateDetails } from './candidate-details.tsx';
import {
  type CandidateRow,
  candidateColumns,
  candidateRows,
  changedIds,
  type Edit,
  foundText,
  hostsToAdd,
  initialSelection,
  selectionAfterTest,
  selectionProblem,
  type Test,
  testText,
} from './candidate-rows.tsx';
import classes from './find-hosts.module.css';
import { FindProblems } from './inventory-form.tsx';

type Props = {
  cloudId: string;
  kind: FindSource['kind'];
  found: Found;
  onBack: () => void;
  onDone: () => void;
};

/**
 * Up to this number of candidates are tested automatically, without the token, because the operator has not selected
 * them.
 */
const maxAutomaticTests = 200;

const idOf = (row: CandidateRow) => row.address;
const nameOf = (row: CandidateRow) => row.shownName;
const fieldsOf = ({ shownName, address }: CandidateRow) => [shownName, address];
const lockedOf = (row: CandidateRow) => (row.knownAs === undefined ? undefined : `Already added as ${row.knownAs}`);
const toneOf = (row: CandidateRow) => (row.knownAs === undefined ? undefined : 'locked');

/** The candidates of a search: tests them, edits their names and limits, and adds the selected ones. */
export function CandidatesStep({ cloudId, kind, found, onBack, onDone }: Props) {
  const id = useId();
  const hosts = useConsolePart((state) => state.hosts);
  const [selection, setSelection] = useState<RowSelection>(() => initialSelection(found.candidates));
  const byHand = useRef(new Set<string>());
  const [edits, setEdits] = useState<ReadonlyMap<string, Edit>>(new Map());
  const [limit, setLimit] = useState('');
  const [region, setRegion] = useState('');
  const examine = useCandidateTests(cloudId, (address, verdict) =>
    setSelection((before) => selectionAfterTest(before, byHand.current, address, verdict)),
  );
  const add = useMutation(queries.discovery.add.mutationOptions());
  const { tests, running } = examine;
  const rows = useMemo(() => {
    const names = new Map(hosts?.map(({ id, name }) => [id, name]));
    return candidateRows(found.candidates, edits, tests, (id) => names.get(id));
  }, [found, edits, tests, hosts]);
  const table = useTableState({ rows, idOf, fieldsOf });
  const { filter, setFilter } = table;
  const active = table.props.active || null;
  const columns = useMemo(() => candidateColumns(kind, found.candidates), [kind, found]);
  const unknown = useMemo(() => found.candidates.filter(({ knownHostId }) => knownHostId === null), [found]);
  const adding = hostsToAdd(rows, selection, limit);
  const problem = selectionProblem(rows, selection, limit);
  const testable = adding.length > 0 ? adding.map(({ address }) => address) : unknown.map(({ address }) => address);
  const readAll = readLimit(limit);

  const { start } = examine;
  const begin = useRef(() => {
    if (unknown.length <= maxAutomaticTests)
      start(
        unknown.map(({ address }) => address),
        false,
      );
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    begin.current();
  }, []);

  const choose = (next: RowSelection) => {
    for (const address of changedIds(selection, next)) byHand.current.add(address);
    setSelection(next);
  };
  const submit = () => {
    if (adding.length === 0 || problem !== undefined || add.isPending) return;
    add.mutate(
      { cloudId, region: region === '' ? null : region, hosts: adding },
      {
        onSuccess: ({ added, duplicates }) => {
          const rest = duplicates.length > 0 ? `, ${duplicates.length} already added` : '';
          notify(`${plural(added.length, 'host')} added${rest}`);
          onDone();
        },
      },
    );
  };

  return (
    <div className={classes.find}>
      <div className="row">
        {/* Receives the focus, because the button that led here is gone; a screen reader reads it out. */}
        <h3 ref={heading} tabIndex={-1} className={classes.found}>
          {foundText(kind, found.candidates)}
        </h3>
        <span className="grow" />
        <HiddenCount rows={table.shown} idOf={idOf} selection={selection} />
        {found.candidates.length > 12 ? (
          <FilterField label="Filter addresses" value={filter} onChange={setFilter} width={220} />
        ) : null}
      </div>
      {found.failure ? (
        <Notice tone="bad" actions={<Button onClick={onBack}>Back</Button>}>
          <FailureText failure={found.failure} />
        </Notice>
      ) : null}
      <FindProblems problems={found.problems} />
      {unknown.length > 0 ? (
        <p className="dim">
          Addresses are checked without a login. The token is sent only to hosts that you test or add.
        </p>
      ) : null}
      <div className={classes.table}>
        <DataTable
          {...table.props}
          label="Addresses found"
          columns={columns}
          nameOf={nameOf}
          selection={selection}
          onSelect={choose}
          lockedOf={lockedOf}
          toneOf={toneOf}
          empty={
            found.candidates.length === 0 ? (
              <EmptyState title="No hosts found" actions={<Button onClick={onBack}>Change source</Button>}>
                {found.failure || found.problems.length > 0
                  ? 'See the reason above.'
                  : 'No hosts found in this source.'}
              </EmptyState>
            ) : (
              <EmptyState title="No address matches" actions={<Button onClick={() => setFilter('')}>Show all</Button>}>
                Nothing has “{filter.trim()}” in its name or address.
              </EmptyState>
            )
          }
        />
      </div>
      {found.candidates.length > 0 ? (
        <CandidateDetails
          key={active}
          row={rows.find(({ address }) => address === active)}
          onEdit={(edit) => {
            if (active === null) return;
            setEdits((before) => new Map(before).set(active, { ...before.get(active), ...edit }));
          }}
          onTest={() => {
            if (active !== null) start([active], true);
          }}
          busy={running}
        />
      ) : null}
      {examine.failure ? (
        <Notice tone="bad" live>
          <FailureText failure={examine.failure} />
        </Notice>
      ) : null}
      {add.error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(add.error)} />
        </Notice>
      ) : null}
      <div className={formClasses.buttons}>
        <Button onClick={onBack}>Back</Button>
        {running ? (
          <Button onClick={examine.cancel}>Stop testing</Button>
        ) : (
          <Button disabled={testable.length === 0} onClick={() => start(testable, adding.length > 0)}>
            {adding.length > 0 ? `Test ${adding.length} selected` : 'Test all without login'}
          </Button>
        )}
        <span className="dim row" role="status">
          {running ? <Loader size={13} aria-hidden="true" /> : null}
          {testText(rows)}
        </span>
        <span className="grow" />
        <RegionSelect cloudId={cloudId} region={region} onChange={setRegion} />
        <span className={`row ${classes.limit}`}>
          <label className="dim" htmlFor={`${id}-limit`}>
            Limit for all
          </label>
          <TextInput
            id={`${id}-limit`}
            size="xs"
            placeholder="500 GiB"
            title="For hosts without their own limit"
            value={limit}
            error={readAll.kind === 'problem'}
            onChange={(event) => setLimit(event.currentTarget.value)}
          />
        </span>
        <Button
          kind="primary"
          disabled={adding.length === 0 || add.isPending}
          whyNot={
            problem !== undefined && adding.length > 0
              ? { reason: problem, remedy: 'Enter a size such as 500 GiB, or leave it empty.' }
              : undefined
          }
          onClick={submit}
        >
          {add.isPending ? 'Adding…' : adding.length === 0 ? 'Add hosts' : `Add ${plural(adding.length, 'host')}`}
        </Button>
      </div>
    </div>
  );
}

export type CandidateTests = {
  tests: ReadonlyMap<string, Test>;
  running: boolean;
  failure: DisplayError | undefined;
  /** `chosen`: the operator requested these addresses, so they may receive the token. */
  start: (addresses: readonly string[], chosen: boolean) => void;
  cancel: () => void;
};

/** Tests candidates and reports the progress of each. `cancel`, a new start and unmounting stop the running tests. */
function useCandidateTests(
  cloudId: string,
  onVerdict: (address: string, verdict: HostVerdict) => void,
): CandidateTests {
  const [tests, setTests] = useState<ReadonlyMap<string, Test>>(new Map());
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<DisplayError>();
  const control = useRef<AbortController | undefined>(undefined);
  const reportVerdict = useRef(onVerdict);
  useEffect(() => {
    reportVerdict.current = onVerdict;
  });
  useEffect(() => () => control.current?.abort(), []);

  async function run(addresses: readonly string[], chosen: boolean, { signal }: AbortController) {
    try {
      const stream = await client.discovery.examine({ cloudId, addresses: [...addresses], chosen }, { signal });
      for await (const one of stream) {
        if (signal.aborted) break;
        setTests((before) => new Map(before).set(one.address, one.state === 'tested' ? one.verdict : 'testing'));
        if (one.state === 'tested') reportVerdict.current(one.address, one.verdict);
      }
    } catch (error) {
      if (!signal.aborted) setFailure(toDisplayError(error));
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
  const start = (addresses: readonly string[], chosen: boolean) => {
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
    void run(addresses, chosen, mine);
  };
  return { tests, running, failure, start, cancel };
}

/** The finished tests. A test that was stopped counts as not tested. */
function withoutTesting(tests: ReadonlyMap<string, Test>): ReadonlyMap<string, Test> {
  return new Map([...tests].filter(([, test]) => test !== 'testing'));
}
