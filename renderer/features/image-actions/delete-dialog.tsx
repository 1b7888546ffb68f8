import { useMemo, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { maxDays } from '../../../electron/contract/images.ts';
import type { Action, ImageTarget, Operation } from '../../../electron/contract/operations.ts';
import type { Selection } from '../../../electron/contract/selections.ts';
import { DialogFrame } from '../../components/dialog.tsx';
import { CloudSelect } from '../../components/forms/form-fields.tsx';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { HostChooser, useChosenHostsOfCloud } from '../../components/hosts/host-chooser.tsx';
import { FailedNotice, NoticeList } from '../../components/notice.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { useDialogTitle } from '../operations/dialog/dialog-title.ts';
import { PlanPlaceholder, PlanView } from '../operations/dialog/plan-view.tsx';
import { PlannedDialog } from '../operations/dialog/planned-dialog.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { usePlan, useSelectedImages } from '../operations/operation-queries.ts';
import { PastedList } from './pasted-list.tsx';

const readDays = wholeNumber(1, maxDays);

type ChosenProps = { dialog: number; from: 'cache' | 'queue'; targets: readonly ImageTarget[] };

/** Deletes selected images from the caches or from the queues of their hosts. */
export function DeleteDialog({ dialog, from, targets }: ChosenProps) {
  const action = useMemo<Action>(() => ({ kind: 'delete', targets: [...targets] }), [targets]);
  return (
    <PlannedDialog
      subject={from === 'cache' ? 'deleteCached' : 'deleteQueued'}
      action={action}
      planning={usePlan(dialog, action)}
      sum={
        from === 'cache'
          ? 'Only cached copies are deleted; the images remain in Glance.'
          : 'The images remain in Glance.'
      }
    />
  );
}

type Which = 'orphans' | 'idle' | 'neverHit' | 'pasted';
type Props = { dialog: number; hostIds: readonly HostId[]; chosenFirst: readonly HostId[] | undefined };

/** Deletes cached images from many hosts by a rule: orphans, images without recent reads, or a pasted list. */
export function DeleteImagesDialog({ dialog, hostIds, chosenFirst }: Props) {
  const { clouds, cloudId, setCloudId, hosts, wanted, setWanted, chosen } = useChosenHostsOfCloud(
    hostIds,
    'delete',
    chosenFirst,
  );
  const [which, setWhich] = useState<Which>('orphans');
  const [days, setDays] = useState<number | undefined>(30);
  const [text, setText] = useState('');
  const [started, setStarted] = useState<Operation>();
  const chosenKey = chosen.join(' ');
  const topic = `${dialog} ${which}`;

  const selection = useMemo<Selection | null>(() => {
    const ids = chosenKey.split(' ').filter((id) => id !== '');
    if (ids.length === 0) return null;
    switch (which) {
      case 'orphans':
      case 'neverHit':
        return { kind: which, hostIds: ids };
      case 'idle':
        return days === undefined ? null : { kind: 'idle', hostIds: ids, days };
      case 'pasted':
        return text.trim() === '' ? null : { kind: 'pasted', for: 'delete', cloudId, hostIds: ids, text };
    }
  }, [chosenKey, which, days, text, cloudId]);
  const selecting = useSelectedImages(topic, started ? null : selection);
  const { selected } = selecting;
  const action = useMemo<Action | null>(
    () => (selected && selected.targets.length > 0 ? { kind: 'delete', targets: selected.targets } : null),
    [selected],
  );
  const planned = usePlan(topic, started ? null : action);
  const planning = { ...planned, stale: planned.stale || selecting.stale };
  const title = useDialogTitle('deleteImages', chosen, action ? planned.plan : undefined, started !== undefined);
  const panel = (about: string) => () => <p className="dim">{about}</p>;

  return (
    <DialogFrame title={title} wide>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <CloudSelect clouds={clouds} cloudId={cloudId} onChange={setCloudId} />
          {hosts.length > 1 ? (
            <HostChooser hosts={hosts} ability="delete" chosen={wanted} onChange={setWanted} />
          ) : (
            <p className="dim">
              From the cache of <b>{hosts[0]?.name}</b>.
            </p>
          )}
          <Tabs
            label="Which images"
            current={which}
            onChange={(id) => setWhich(id as Which)}
            tabs={[
              {
                id: 'orphans',
                label: 'Orphans',
                panel: panel('Cached images that were deleted from Glance.'),
              },
              {
                id: 'idle',
                label: 'Idle',
                panel: () => (
                  <div className="row">
                    <span>Cached images not read for</span>
                    <NumberField
                      aria-label="Days without a read"
                      w={72}
                      value={days}
                      read={readDays}
                      onChange={setDays}
                      onInvalid={() => setDays(undefined)}
                    />
                    <span>days or longer, or never.</span>
                  </div>
                ),
              },
              {
                id: 'neverHit',
                label: 'Never hit',
                panel: panel('Cached images that were never read from the cache.'),
              },
              {
                id: 'pasted',
                label: 'Pasted list',
                panel: () => (
                  <PastedList text={text} onText={setText} selected={selected} among="images cached on these hosts" />
                ),
              },
            ]}
          />
          {selecting.error ? <FailedNotice error={selecting.error} again={selecting.refetch} /> : null}
          {selected ? <NoticeList warnings={selected.notes.map(({ text }) => text)} /> : null}
          {action ? (
            <PlanView planning={planning} />
          ) : (
            <PlanPlaceholder live>
              {placeholderText(chosen.length, which, selection, selecting.stale, selected !== undefined)}
            </PlanPlaceholder>
          )}
          <ConfirmPlan
            kind="delete"
            planning={action ? planning : { ...planning, plan: undefined }}
            sum={
              <>
                {selected && selected.images > 0 ? `${plural(selected.images, 'distinct image')}. ` : ''}
                {which === 'orphans'
                  ? 'Deleted from Glance: they cannot be fetched again.'
                  : 'Only cached copies are deleted; the images remain in Glance.'}
              </>
            }
            onStarted={setStarted}
          />
        </>
      )}
    </DialogFrame>
  );
}

function placeholderText(
  hosts: number,
  which: Which,
  selection: Selection | null,
  stale: boolean,
  known: boolean,
): string {
  if (hosts === 0) return 'Select at least one host.';
  if (selection === null) return which === 'pasted' ? 'Paste a list of images.' : 'Enter a number of days.';
  if (stale || !known) return 'Searching cached images…';
  return 'No matching images on these hosts.';
}
