import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import { type GoldenDraft, type GoldenMember, maxPreviewed } from '../../../electron/contract/golden.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { type ImagesByService, queries } from '../../bridge/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { namesOfServices, useServiceNames } from '../../components/hosts/regions.ts';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Notice } from '../../components/notice.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { useStable } from '../../lib/deep-equal.ts';
import { type CurrentPreview, currentPreview } from './current-preview.ts';
import classes from './golden-editor.module.css';
import tabClasses from './golden-tab.module.css';

type Props = {
  draft: GoldenDraft;
  /** The image services that have each image; empty if the cloud has only one. */
  servicesOf: ImagesByService;
  preview: CurrentPreview | undefined;
  waiting: boolean;
  error: Error | null;
};

const none: never[] = [];
const idOf = ({ imageId }: GoldenMember) => imageId;
const nameOf = ({ name, imageId }: GoldenMember) => name ?? imageId;

/** The images of the set that is being edited, each with the named image or rule that finds it, and the set's problems. */
export function GoldenPreviewPane({ draft, servicesOf, preview, waiting, error }: Props) {
  const isEmpty = draft.images.length === 0 && draft.rules.length === 0;
  const members = isEmpty ? none : (preview?.members ?? none);
  const table = useTableState({ rows: members, idOf });
  const byFamily = members.some(({ family }) => family !== null);
  const regions = useServiceNames();
  const columns = useMemo(() => {
    const shown = previewColumns.filter(({ id }) => byFamily || id !== 'family');
    if (servicesOf.size === 0) return shown;
    return withRegion(shown, ({ imageId }) => namesOfServices(servicesOf.get(imageId), regions));
  }, [byFamily, servicesOf, regions]);
  const ofSet = preview?.problems.filter(({ part }) => part === null) ?? none;
  const others = (preview?.problems.length ?? 0) - ofSet.length;
  return (
    <section className={classes.preview} aria-label="Preview" aria-busy={waiting}>
      <p role="status">
        {preview && !isEmpty ? (
          <>
            <b>{plural(preview.total.images, 'image')}</b>, {formatSizeSum(preview.total)}, on{' '}
            {plural(preview.hostIds.length, 'host')}
            {preview.total.images > maxPreviewed ? `; the first ${formatCount(maxPreviewed)} are shown` : ''}
          </>
        ) : (
          <span className="dim">Matching images appear here as you edit.</span>
        )}
      </p>
      {error ? (
        <Notice tone="bad">
          <FailureText failure={toDisplayError(error)} compact />
        </Notice>
      ) : null}
      {preview?.failure ? (
        <Notice tone="warn">
          <FailureText failure={preview.failure} compact />
        </Notice>
      ) : null}
      {!isEmpty && (ofSet.length > 0 || others > 0) ? (
        <Notice tone="warn">
          <ul className={tabClasses.problems} aria-label="Problems">
            {ofSet.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
            {others > 0 ? <li>{plural(others, 'problem')} see errors in the form.</li> : null}
          </ul>
        </Notice>
      ) : null}
      <DataTable
        label="Images in the set"
        {...table.props}
        className={classes.members}
        columns={columns}
        nameOf={nameOf}
        empty={<EmptyState title={isEmpty || preview ? 'No images yet' : 'Searching images'} />}
      />
    </section>
  );
}

const previewColumns: readonly Column<GoldenMember>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ imageId, name, family }) => (
      <span
        className={`image-name ${classes.image}`}
        title={family === null ? imageId : `${imageId}\nfamily ${family}`}
      >
        {name === null ? <span className="dim">(no name)</span> : <MiddleTruncate text={name} className="name" />}
        <span className="mono faint cut">{imageId}</span>
      </span>
    ),
  },
  {
    id: 'by',
    header: 'By',
    width: 76,
    sortBy: ({ byImages, byRules }) => (byImages.length > 0 ? 0 : (byRules[0] ?? 0) + 1),
    cell: (member) => (
      <span className="dim" title={sourceLabel(member)}>
        {sourceLabel(member)}
      </span>
    ),
  },
  {
    id: 'family',
    header: 'Family',
    width: 112,
    sortBy: ({ family }) => family,
    cell: ({ family }) => (
      <span className="dim" title={family ?? undefined}>
        {family}
      </span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: 80,
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => (sizeBytes === null ? <span className="faint">–</span> : <Size bytes={sizeBytes} />),
  },
];

function sourceLabel({ byImages, byRules }: GoldenMember): string {
  const words = [...(byImages.length > 0 ? ['named'] : []), ...byRules.map((index) => `rule ${index + 1}`)];
  return words.join(', ');
}

/** Milliseconds without a key press before the preview is read. */
const debounce = 200;

/**
 * The images of a draft of a set. What the earlier answer says of its unchanged parts stays until the next one arrives;
 * answers that are no longer needed are cancelled.
 */
export function usePreview(draft: GoldenDraft): {
  preview: CurrentPreview | undefined;
  waiting: boolean;
  error: Error | null;
} {
  // The name and the note do not change the meaning.
  const meaning = useStable({ ...draft, name: '', note: '' });
  const [input] = useDebouncedValue(meaning, debounce);
  const { data, isFetching, isPlaceholderData, error } = useQuery(
    queries.golden.preview.queryOptions({
      input,
      enabled: input.cloudId !== '',
      placeholderData: keepPreviousData,
      structuralSharing: false,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  // The draft that the preview is of.
  const [previewed, setPreviewed] = useState(input);
  if (data && !isPlaceholderData && previewed !== input) setPreviewed(input);
  const preview = useMemo(() => data && currentPreview(data, previewed, meaning), [data, previewed, meaning]);
  return { preview, waiting: isFetching || meaning !== input, error };
}
