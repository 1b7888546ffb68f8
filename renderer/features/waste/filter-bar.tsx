import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/forms/confirm.tsx';
import { formatCount } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { NameDialog } from './name-dialog.tsx';
import { type Filters, useFilterChanges } from './use-filters.ts';
import { useCounts } from './use-waste.ts';

type Asking = 'saveAs' | 'rename' | 'remove';

/** The filters, built in and the operator's own, and what can be done with the one that is shown. */
export function FilterBar({ filters }: { filters: Filters }) {
  const { all, current, own, changed, conditions, choose, undo } = filters;
  const counts = useCounts(all);
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  const { save, remove } = useFilterChanges(close);
  const saveAs = (name: string) => save.mutate({ name, conditions }, { onSuccess: choose });
  return (
    <div className="toolbar">
      <fieldset className="plain-fieldset waste-filters">
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
      {changed ? <Button onClick={() => setAsking('saveAs')}>Save as…</Button> : null}
      {own ? (
        <>
          <Button onClick={() => setAsking('rename')}>Rename…</Button>
          <Button onClick={() => setAsking('remove')}>Remove…</Button>
        </>
      ) : null}
      {asking === 'saveAs' ? (
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
      {asking === 'rename' ? (
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
      {asking === 'remove' ? (
        <Confirm
          title="Remove the filter"
          action={`Remove ${current.name}`}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({ id: current.id })}
          onClose={close}
        >
          <p>
            The filter <b>{current.name}</b> is forgotten. Nothing on the hosts changes.
          </p>
        </Confirm>
      ) : null}
    </div>
  );
}
