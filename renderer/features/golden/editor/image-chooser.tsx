import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { CloudId } from '../../../../electron/contract/clouds.ts';
import type { GoldenImage } from '../../../../electron/contract/golden.ts';
import type { CatalogueImage } from '../../../../electron/contract/images.ts';
import { failureOf } from '../../../bridge/failures.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { useReturnFocus } from '../../../components/forms/use-return-focus.ts';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { Size } from '../../../components/size.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import { nothingSelected } from '../../../components/table/row-selection.ts';
import type { Column, Sort } from '../../../components/table/table-columns.ts';
import { plural } from '../../../lib/format.ts';
import { SearchRows } from '../../image-actions/search-rows.tsx';
import { namedBy } from './draft.ts';
import { useCatalogue } from './use-catalogue.ts';

const idOf = ({ id }: CatalogueImage) => id;
const nameOf = ({ id, name }: CatalogueImage) => name ?? id;
const lockedOf = ({ status }: CatalogueImage) =>
  status === 'active' ? undefined : `Only active images can be cached: this one is ${status}.`;
const toneOf = (image: CatalogueImage) => (lockedOf(image) ? 'locked' : undefined);

type Props = { cloudId: CloudId; onChosen: (images: readonly GoldenImage[]) => void; onClose: () => void };

/**
 * The catalogue to choose named images from, in the place of the preview. One whose name is its own is named by it, another
 * by its id.
 */
export function ImageChooser({ cloudId, onChosen, onClose }: Props) {
  useReturnFocus();
  const { images, isPending, failure, error } = useCatalogue(cloudId);
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.querySelector('input')?.focus(), []);
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<Sort>({ id: 'name', descending: false });
  const [selection, setSelection] = useState(nothingSelected);
  const [active, setActive] = useState('');
  const text = useDeferredValue(search);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/);
    return images.filter(({ id, name, tags }) => {
      const all = `${name ?? ''}\n${id}\n${tags.join('\n')}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }, [images, text]);
  const choose = () => {
    const names = new Map<string, number>();
    for (const { name, status, hidden } of images) {
      if (name !== null && status === 'active' && !hidden) names.set(name, (names.get(name) ?? 0) + 1);
    }
    onChosen(
      images
        .filter(({ id }) => selection.ids.has(id))
        .map((image) => (image.hidden ? { by: 'id', imageId: image.id } : namedBy(image, names))),
    );
    onClose();
  };
  const failed = error ? failureOf(error) : failure;
  return (
    <section
      ref={pane}
      className="golden-preview golden-chooser picker"
      aria-label="Choose images"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      {failed ? (
        <Notice tone="warn">
          <FailureText failure={failed} />
        </Notice>
      ) : null}
      <SearchRows label="Search images" placeholder="Search by name, id or tag" value={search} onChange={setSearch} />
      <DataTable
        label="Images of the catalogue"
        rows={shown}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={setSelection}
        lockedOf={lockedOf}
        toneOf={toneOf}
        active={active}
        onActive={setActive}
        clickChooses
        empty={<EmptyState title={isPending ? 'Reading the catalogue' : 'No image is like that'} />}
      />
      <div className="form-buttons">
        <Button onClick={onClose}>Back</Button>
        <Button kind="primary" disabled={selection.ids.size === 0} onClick={choose}>
          {selection.ids.size === 0 ? 'Add images' : `Add ${plural(selection.ids.size, 'image')}`}
        </Button>
      </div>
    </section>
  );
}

const columns: readonly Column<CatalogueImage>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ id, name }) => (
      <span className="image-name">
        <span className={name ? 'name' : 'dim'}>{name ?? '(no name)'}</span>
        <span className="mono faint cut">{id}</span>
      </span>
    ),
  },
  {
    id: 'tags',
    header: 'Tags',
    width: '92px',
    cell: ({ tags }) => (
      <span className="dim" title={tags.join(', ')}>
        {tags.join(', ')}
      </span>
    ),
  },
  {
    id: 'created',
    header: 'Created',
    align: 'end',
    width: '92px',
    descendingFirst: true,
    sortBy: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => (createdAt === null ? '–' : <RelativeTime time={createdAt} className="dim" />),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '80px',
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => (sizeBytes === null ? <span className="faint">–</span> : <Size bytes={sizeBytes} />),
  },
];
