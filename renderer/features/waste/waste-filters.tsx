import { TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import { parseJson } from '../../../electron/contract/parse-json.ts';
import {
  builtInWasteFilters,
  type WasteConditions,
  type WasteFilter,
  wasteConditions,
} from '../../../electron/contract/waste.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { ConfirmRemoval } from '../../components/forms/confirm-removal.tsx';
import formClasses from '../../components/forms/form.module.css';
import { Notice } from '../../components/notice.tsx';
import { deepEqual } from '../../lib/deep-equal.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { type UrlFormat, useUrlState } from '../../lib/url-state.ts';
import { useFilterCounts } from './use-waste.ts';
import classes from './waste.module.css';

type OpenDialog = 'saveAs' | 'rename' | 'remove';

/** The built-in and saved filters, with the actions on the current one. The children are last. */
export function WasteFilterBar({ filters, children }: { filters: WasteFilters; children?: ReactNode }) {
  const { all, current, own, changed, conditions, choose, undo } = filters;
  const counts = useFilterCounts(all);
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = () => setDialog(undefined);
  const { save, remove } = useWasteFilterMutations(close);
  const saveAs = (name: string) => save.mutate({ name, conditions }, { onSuccess: choose });
  return (
    <div className="toolbar">
      <fieldset className={`plain-fieldset ${classes.filters}`}>
        <legend className="hidden-text">Filters</legend>
        {all.map((filter) => (
          <button
            key={filter.id}
            type="button"
            className="chip"
            aria-pressed={filter.id === current.id}
            onClick={() => choose(filter)}
          >
            {filter.name}
            {filter.id === current.id && changed ? <i>changed</i> : null}
            {counts.has(filter.id) ? <b>{formatCount(counts.get(filter.id) ?? 0)}</b> : null}
          </button>
        ))}
      </fieldset>
      <span className="grow" />
      {changed ? (
        <Button kind="quiet" onClick={undo}>
          Undo changes
        </Button>
      ) : null}
      {changed && own ? (
        <Button
          disabled={save.isPending}
          onClick={() => save.mutate({ ...current, conditions }, { onSuccess: choose, onError: notifyFailure })}
        >
          Save
        </Button>
      ) : null}
      {changed ? <Button onClick={() => setDialog('saveAs')}>Save as…</Button> : null}
      {own ? (
        <>
          <Button onClick={() => setDialog('rename')}>Rename…</Button>
          <Button onClick={() => setDialog('remove')}>Remove…</Button>
        </>
      ) : null}
      {children}
      {dialog === 'saveAs' ? (
        <NameDialog
          title="Save as a new filter"
          action="Save"
          name=""
          pending={save.isPending}
          error={save.error}
          onName={saveAs}
          onClose={() => {
            save.reset();
            close();
          }}
        />
      ) : null}
      {dialog === 'rename' ? (
        <NameDialog
          title="Rename the filter"
          action="Rename"
          name={current.name}
          pending={save.isPending}
          error={save.error}
          onName={(name) => save.mutate({ ...current, name })}
          onClose={() => {
            save.reset();
            close();
          }}
        />
      ) : null}
      {dialog === 'remove' ? (
        <ConfirmRemoval
          title="Remove the filter"
          action={`Remove ${current.name}`}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({ id: current.id })}
          onClose={close}
        >
          <p>
            The filter <b>{current.name}</b> is removed. The hosts do not change.
          </p>
        </ConfirmRemoval>
      ) : null}
    </div>
  );
}

type Props = {
  title: string;
  action: string;
  name: string;
  pending: boolean;
  error: unknown;
  onName: (name: string) => void;
  onClose: () => void;
};

/** Asks for the name of a filter. */
function NameDialog({ title, action, name, pending, error, onName, onClose }: Props) {
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== '' && !pending) onName(wanted);
  };
  return (
    <Dialog title={title} size={440} onClose={onClose}>
      <form className={formClasses.stack} onSubmit={submit}>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={100}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {error ? (
          <Notice tone="bad" live>
            <FailureText failure={toDisplayError(error)} />
          </Notice>
        ) : null}
        <div className={formClasses.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <span className="grow" />
          <Button type="submit" kind="primary" disabled={wanted === '' || pending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const [first] = builtInWasteFilters;
const none: WasteFilter[] = [];

/** The chosen filter, and its conditions if they are changed and not saved. */
type Choice = { id: string; edited: WasteConditions | null };
const firstChoice: Choice = { id: first?.id ?? '', edited: null };

const choiceFormat: UrlFormat<Choice> = {
  read: (params) => {
    const id = params.get('show');
    if (id === null) return undefined;
    const edited = wasteConditions.safeParse(parseJson(params.get('conditions')));
    return { id, edited: edited.success ? edited.data : null };
  },
  write: (params, { id, edited }) => {
    params.set('show', id);
    if (edited) params.set('conditions', JSON.stringify(edited));
    else params.delete('conditions');
  },
};

/** All filters, the current one, and its unsaved changes. The choice is in the address, and survives a restart. */
export function useWasteFilters() {
  const saved = useQuery(queries.waste.filters.queryOptions({ input: {} })).data?.filters ?? none;
  const [{ id, edited }, setChoice] = useUrlState('filters', firstChoice, choiceFormat, { remember: 'waste.filter' });
  const all = useMemo(() => [...builtInWasteFilters, ...saved], [saved]);
  const current = all.find((filter) => filter.id === id) ?? first;
  if (!current) throw new Error('No filters');
  const conditions = useMemo(() => wasteConditions.parse(edited ?? current.conditions), [edited, current]);
  return {
    all,
    current,
    /** Whether the current filter is a saved one: it can be changed and removed. */
    own: saved.some((filter) => filter.id === current.id),
    conditions,
    changed: !deepEqual(conditions, current.conditions),
    choose: (filter: WasteFilter) => setChoice({ id: filter.id, edited: null }),
    edit: (change: Partial<WasteConditions>) => setChoice({ id: current.id, edited: { ...conditions, ...change } }),
    undo: () => setChoice({ id: current.id, edited: null }),
  };
}
export type WasteFilters = ReturnType<typeof useWasteFilters>;

/** Mutations of saved filters. They end when the list of filters is up to date. */
function useWasteFilterMutations(onDone: () => void) {
  const cache = useQueryClient();
  const onSuccess = async () => {
    await cache.invalidateQueries({ queryKey: queries.waste.filters.key() });
    onDone();
  };
  return {
    save: useMutation(queries.waste.saveFilter.mutationOptions({ onSuccess })),
    remove: useMutation(queries.waste.removeFilter.mutationOptions({ onSuccess })),
  };
}
