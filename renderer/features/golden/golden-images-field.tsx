import type { UseFormReturnType } from '@mantine/form';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import { plural } from '../../../electron/contract/counts.ts';
import type { GoldenImage } from '../../../electron/contract/golden.ts';
import type { CatalogueImage } from '../../../electron/contract/images.ts';
import { useImageServices } from '../../bridge/console-state.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { useCatalogues } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { useReturnFocus } from '../../components/dialog-focus.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { TableSearch } from '../../components/filter-field.tsx';
import editorClasses from '../../components/forms/editor.module.css';
import formClasses from '../../components/forms/form.module.css';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { namesOfServices, useServiceNames } from '../../components/hosts/regions.ts';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { HiddenCount } from '../../components/selection-bar.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { findImageIds } from '../../lib/image-ids.ts';
import type { CurrentPreview } from './current-preview.ts';
import { addImages, countNames, type GoldenSetForm, imageKey, referenceTo } from './golden-draft.ts';
import classes from './golden-editor.module.css';

type Props = {
  form: UseFormReturnType<GoldenSetForm>;
  catalogue: readonly CatalogueImage[];
  preview: CurrentPreview | undefined;
  onChoose: () => void;
};

/** The named images of a set: chosen from the catalogue, or typed, also names that do not exist yet. */
export function GoldenImagesField({ form, catalogue, preview, onChoose }: Props) {
  const { images } = form.values;
  const [typed, setTyped] = useState('');
  const byId = useMemo(() => new Map(catalogue.map((image) => [image.id, image])), [catalogue]);
  const add = () => {
    const ids = findImageIds(typed);
    const more: GoldenImage[] =
      ids.length > 0
        ? ids.map((imageId) => ({ by: 'id', imageId }))
        : typed.trim() === ''
          ? []
          : [{ by: 'name', name: typed.trim() }];
    form.setFieldValue('images', addImages(images, more));
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    add();
  };
  return (
    <fieldset className={`plain-fieldset ${editorClasses.section}`}>
      <legend>Named images</legend>
      {images.length > 0 ? (
        <ul className={classes.images} aria-label="Named images">
          {images.map((image, index) => {
            const key = imageKey(image);
            const problem = preview?.problems.find(({ part }) => part?.of === 'images' && part.index === index)?.text;
            const found = preview?.images[index];
            const name = image.by === 'name' ? image.name : (byId.get(image.imageId)?.name ?? image.imageId);
            return (
              <li key={key}>
                <span className="cut" title={image.by === 'id' ? image.imageId : undefined}>
                  {name}
                </span>
                <span className="faint">{image.by === 'id' ? 'by id' : 'by name'}</span>
                <span className="grow" />
                {problem ? (
                  <span className={`warn cut ${classes.problem}`} title={problem}>
                    {problem}
                  </span>
                ) : null}
                {found && found.images > 0 ? <Size {...sizesOf(found)} className="dim" /> : null}
                <Button
                  kind="quiet"
                  size="small"
                  className={classes.remove}
                  aria-label={`Remove ${name}`}
                  onClick={() => form.removeListItem('images', index)}
                >
                  <IconX size={14} aria-hidden="true" />
                </Button>
              </li>
            );
          })}
        </ul>
      ) : null}
      <div className="row">
        <input
          className="plain-input grow"
          aria-label="Name or id of an image"
          placeholder="Name or id of an image"
          value={typed}
          maxLength={1_000}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button disabled={typed.trim() === ''} onClick={add}>
          Add
        </Button>
        <Button onClick={onChoose}>Choose…</Button>
      </div>
    </fieldset>
  );
}

const idOf = ({ id }: CatalogueImage) => id;
const fieldsOf = ({ id, name, tags }: CatalogueImage) => [name, id, ...tags];
const byName: Sort = { id: 'name', descending: false };
const nameOf = ({ id, name }: CatalogueImage) => name ?? id;
const lockedOf = ({ status }: CatalogueImage) =>
  status === 'active' ? undefined : `Only active images can be cached. Status: ${status}.`;
const toneOf = (image: CatalogueImage) => (lockedOf(image) ? 'locked' : undefined);

type ImageChooserProps = { cloudId: CloudId; onChosen: (images: readonly GoldenImage[]) => void; onClose: () => void };

/** Chooses named images from the catalogue. An image with a unique name is added by its name, another by its id. */
export function GoldenImageChooser({ cloudId, onChosen, onClose }: ImageChooserProps) {
  useReturnFocus();
  const { images, servicesOf, failure, isPending, error } = useCatalogues(useImageServices(cloudId));
  const regions = useServiceNames();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.querySelector('input')?.focus(), []);
  const table = useTableState({ rows: images, idOf, defaultSort: byName, fieldsOf });
  const { selected } = table;
  const shownColumns = useMemo(
    () =>
      servicesOf.size === 0 ? columns : withRegion(columns, ({ id }) => namesOfServices(servicesOf.get(id), regions)),
    [servicesOf, regions],
  );
  const choose = () => {
    const names = countNames(images, servicesOf);
    onChosen(selected.map((image) => (image.hidden ? { by: 'id', imageId: image.id } : referenceTo(image, names))));
    onClose();
  };
  const failed = error ? toDisplayError(error) : failure;
  return (
    <section
      ref={pane}
      className={classes.preview}
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
      <TableSearch
        label="Search images"
        placeholder="Search by name, id or tag"
        value={table.filter}
        onChange={table.setFilter}
      >
        <HiddenCount rows={table.shown} idOf={idOf} selection={table.selectProps.selection} />
      </TableSearch>
      <DataTable
        label="Images"
        {...table.props}
        {...table.selectProps}
        className={classes.catalogue}
        columns={shownColumns}
        nameOf={nameOf}
        lockedOf={lockedOf}
        toneOf={toneOf}
        selectsOnClick
        empty={<EmptyState title={isPending ? 'Loading images' : 'No matching images'} />}
      />
      <div className={formClasses.buttons}>
        <Button onClick={onClose}>Back</Button>
        <Button kind="primary" disabled={selected.length === 0} onClick={choose}>
          {selected.length === 0 ? 'Add images' : `Add ${plural(selected.length, 'image')}`}
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
      <span className={`image-name ${classes.image}`}>
        {name === null ? <span className="dim">(no name)</span> : <MiddleTruncate text={name} className="name" />}
        <span className="mono faint cut">{id}</span>
      </span>
    ),
  },
  {
    id: 'tags',
    header: 'Tags',
    width: 92,
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
    width: 92,
    descendingFirst: true,
    sortBy: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => (createdAt === null ? '–' : <RelativeTime time={createdAt} className="dim" />),
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
