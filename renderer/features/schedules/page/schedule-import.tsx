import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plural } from '../../../../electron/contract/counts.ts';
import { maxScheduleFileLength } from '../../../../electron/contract/schedules.ts';
import { queries } from '../../../bridge/queries.ts';
import { TypedName } from '../../../components/forms/typed-name.tsx';
import { importDebounce, YamlImportDialog } from '../../../components/forms/yaml-import-dialog.tsx';
import { notify } from '../../../lib/notify.ts';
import { useImportSchedules } from '../schedule-queries.ts';

const placeholder =
  'schedules:\n  - name: Prune nightly\n    action: prune\n    targets: all\n    daily_at: "02:30"\n    time_zone: Europe/Berlin';

/** Imports schedules from a YAML file. It shows the changes before it makes them. */
export function ScheduleImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(text, importDebounce);
  const importing = useImportSchedules();
  const preview = useQuery(
    queries.schedules.import.queryOptions({
      input: { text: settled },
      enabled: settled.trim() !== '' && settled.length <= maxScheduleFileLength,
      placeholderData: keepPreviousData,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const report = settled.trim() === '' ? undefined : preview.data;
  const typedName = report?.typedName ?? null;
  const apply = (changes: number) =>
    importing.mutate(
      { text, apply: true, ...(typedName === null ? {} : { typedName: typed.trim() }) },
      {
        onSuccess: ({ applied }) => {
          if (!applied) return void preview.refetch();
          notify(`${plural(changes, 'schedule')} imported`);
          onClose();
        },
      },
    );
  return (
    <YamlImportDialog
      title="Import schedules"
      one="schedule"
      placeholder={placeholder}
      text={text}
      onText={setText}
      maxLength={maxScheduleFileLength}
      report={report}
      stale={text !== settled || preview.isFetching}
      pending={importing.isPending}
      error={importing.error ?? preview.error}
      confirmation={
        typedName === null ? undefined : (
          <TypedName name={typedName} typed={typed} onType={setTyped}>
            The file has schedules that delete on a cloud marked as <b>production</b>.
          </TypedName>
        )
      }
      confirmed={typedName === null || typed.trim() === typedName}
      onImport={apply}
      onClose={onClose}
    />
  );
}
