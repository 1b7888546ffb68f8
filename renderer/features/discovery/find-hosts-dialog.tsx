import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FindSource, Found } from '../../../electron/contract/discovery.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { type DisplayError, toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { CloudSelect } from '../../components/forms/form-fields.tsx';
import { useStable } from '../../lib/deep-equal.ts';
import { CandidatesStep } from './candidates-step.tsx';
import { emptySource, hasInventory, type SourceValues } from './find-source.ts';
import { SourceStep } from './find-source-step.tsx';

type Props = { cloudId?: string | undefined; onClose: () => void };

/** Finds hosts in an inventory, a list, the catalog or among the neighbours of known hosts, and adds the selected ones. */
export function FindHostsDialog({ cloudId: first, onClose }: Props) {
  const clouds = useConsolePart((state) => state.clouds) ?? [];
  const [chosenCloud, setChosenCloud] = useState(first);
  const cloudId = clouds.find(({ id }) => id === chosenCloud)?.id ?? clouds[0]?.id;
  const form = useForm({ initialValues: emptySource });
  const [result, setResult] = useState<{ kind: FindSource['kind']; found: Found }>();
  const [again, setAgain] = useState(false);
  const [finding, setFinding] = useState(false);
  const [failure, setFailure] = useState<DisplayError>();
  const control = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const sources = useQuery(
    queries.discovery.sources.queryOptions({
      input: { cloudId: cloudId ?? '' },
      enabled: cloudId !== undefined,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const inventory = useInventoryGroups(form.values);

  async function find(source: FindSource) {
    if (cloudId === undefined) return;
    const mine = new AbortController();
    control.current = mine;
    setFinding(true);
    setFailure(undefined);
    try {
      const found = await client.discovery.find({ cloudId, source }, { signal: mine.signal });
      if (!mine.signal.aborted) setResult({ kind: source.kind, found });
    } catch (error) {
      if (!mine.signal.aborted) setFailure(toDisplayError(error));
    }
    if (!mine.signal.aborted) setFinding(false);
  }

  if (cloudId === undefined)
    return (
      <Dialog title="Find hosts" onClose={onClose}>
        <EmptyState title="Add a cloud first">Hosts belong to a cloud. Add one in Settings.</EmptyState>
      </Dialog>
    );
  return (
    <Dialog title="Find hosts" size={1000} onClose={onClose}>
      {result ? (
        <CandidatesStep
          cloudId={cloudId}
          kind={result.kind}
          found={result.found}
          onBack={() => {
            setAgain(true);
            setResult(undefined);
          }}
          onDone={onClose}
        />
      ) : (
        <>
          <CloudSelect
            clouds={clouds}
            cloudId={cloudId}
            onChange={(id) => {
              control.current?.abort();
              setFinding(false);
              setChosenCloud(id);
            }}
          />
          <SourceStep
            form={form}
            sources={{ data: sources.data, error: sources.error, refetch: () => void sources.refetch() }}
            inventory={inventory}
            finding={finding}
            failure={failure}
            again={again}
            onFind={(source) => void find(source)}
            onStop={() => {
              control.current?.abort();
              setFinding(false);
            }}
            onClose={onClose}
          />
        </>
      )}
    </Dialog>
  );
}

/** Milliseconds without typing before the text is read. */
const debounceMs = 250;

/** The groups of an inventory, read while it is typed. */
function useInventoryGroups({ inventory: text, fileName, files }: SourceValues) {
  // The form copies its values at every change.
  const typed = useStable({ text, fileName: fileName.slice(0, 500), files: [...files] });
  const [settled] = useDebouncedValue(typed, debounceMs);
  const empty = !hasInventory({ inventory: text, files });
  const query = useQuery(
    queries.discovery.groups.queryOptions({
      input: hasInventory({ inventory: settled.text, files: settled.files }) ? settled : skipToken,
      placeholderData: keepPreviousData,
      gcTime: 0,
    }),
  );
  return {
    groups: empty ? undefined : query.data,
    error: empty ? null : query.error,
    waiting: !empty && (settled !== typed || query.isFetching),
  };
}
