import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import { maxGoldenFileLength } from '../../../electron/contract/golden.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { importDebounce, YamlImportDialog } from '../../components/forms/yaml-import-dialog.tsx';
import { notify } from '../../lib/notify.ts';
import { useImportGolden } from './use-golden.ts';

const none: never[] = [];
const placeholder =
  'golden_sets:\n  - name: base images\n    cloud: prod\n    hosts: all\n    rules:\n      - name: ubuntu-*-server\n        newest: 2';

/** Imports golden sets from a YAML file. It shows the changes before it makes them. */
export function GoldenImportDialog({ onClose }: { onClose: () => void }) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const [text, setText] = useState('');
  const [into, setInto] = useState('');
  const [settled] = useDebouncedValue(text, importDebounce);
  const importing = useImportGolden();
  const target = into === '' ? {} : { cloudId: into };
  const preview = useQuery(
    queries.golden.import.queryOptions({
      input: { text: settled, ...target },
      enabled: settled.trim() !== '' && settled.length <= maxGoldenFileLength,
      placeholderData: keepPreviousData,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const apply = (changes: number) =>
    importing.mutate(
      { text, ...target, apply: true },
      {
        onSuccess: ({ applied }) => {
          if (!applied) return void preview.refetch();
          notify(`${plural(changes, 'golden set')} imported`);
          onClose();
        },
      },
    );
  return (
    <YamlImportDialog
      title="Import golden sets"
      one="golden set"
      placeholder={placeholder}
      text={text}
      onText={setText}
      maxLength={maxGoldenFileLength}
      report={settled.trim() === '' ? undefined : preview.data}
      stale={text !== settled || preview.isFetching}
      pending={importing.isPending}
      error={importing.error ?? preview.error}
      options={
        clouds.length > 1 ? (
          <label className="row">
            <span className="dim">For</span>
            <select className="plain-select" value={into} onChange={(event) => setInto(event.target.value)}>
              <option value="">the cloud named in the file</option>
              {clouds.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ) : undefined
      }
      onImport={apply}
      onClose={onClose}
    />
  );
}
