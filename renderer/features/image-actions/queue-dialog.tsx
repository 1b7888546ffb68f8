import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { Action, Operation } from '../../../electron/contract/operations.ts';
import type { Selection } from '../../../electron/contract/selections.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { DialogFrame } from '../../components/dialog.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { CloudSelect } from '../../components/forms/form-fields.tsx';
import { HostChooser, useChosenHostsOfCloud } from '../../components/hosts/host-chooser.tsx';
import { useServiceNames } from '../../components/hosts/regions.ts';
import { Notice, NoticeList } from '../../components/notice.tsx';
import { nothingSelected, type RowSelection } from '../../components/table/row-selection.ts';
import { Tabs } from '../../components/tabs.tsx';
import { useStable } from '../../lib/deep-equal.ts';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { useDialogTitle } from '../operations/dialog/dialog-title.ts';
import { PlanView, PlanWarnings } from '../operations/dialog/plan-view.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { usePlan, useSelectedImages } from '../operations/operation-queries.ts';
import { ImagePicker } from './image-picker.tsx';
import { PastedList } from './pasted-list.tsx';
import { QueueSummary } from './queue-summary.tsx';
import { useImagesOfHosts } from './use-images-of-hosts.ts';

type Props = {
  dialog: number;
  hostIds: readonly HostId[];
  chosenFirst: readonly HostId[] | undefined;
  imageIds: readonly ImageId[];
};

/** Queues images on hosts: images chosen from the catalogue of the cloud, or a pasted list of them. */
export function QueueDialog({ dialog, hostIds, chosenFirst, imageIds }: Props) {
  const { clouds, cloudId, setCloudId, hosts, wanted, setWanted, chosen } = useChosenHostsOfCloud(
    hostIds,
    'queue',
    chosenFirst,
  );
  const [source, setSource] = useState('catalogue');
  const [text, setText] = useState('');
  const [selection, setSelection] = useState<RowSelection>(() =>
    imageIds.length > 0 ? { ids: new Set(imageIds), anchor: null } : nothingSelected,
  );
  const [started, setStarted] = useState<Operation>();
  const chosenKey = chosen.join(' ');
  const images = useImagesOfHosts(cloudId, chosen);
  const region = useServiceNames()[hosts[0]?.imageServiceId ?? ''];
  const pasted = source === 'pasted';
  const topic = `${dialog} ${source}`;

  const { hostsWith } = images;
  // The same targets after a list was read again: the plan for them stays, and so does the button that starts it.
  const found = useMemo<Action | null>(() => {
    const ids = chosenKey.split(' ').filter((id) => id !== '');
    const targets = [...selection.ids].flatMap((imageId) =>
      hostsWith(imageId, ids).map((hostId) => ({ hostId, imageId })),
    );
    return targets.length === 0 ? null : { kind: 'queue', targets };
  }, [chosenKey, selection, hostsWith]);
  const picked = useStable(found);
  const list = useMemo<Selection | null>(() => {
    const ids = chosenKey.split(' ').filter((id) => id !== '');
    return pasted && ids.length > 0 && text.trim() !== ''
      ? { kind: 'pasted', for: 'queue', cloudId, hostIds: ids, text }
      : null;
  }, [pasted, chosenKey, cloudId, text]);
  const selecting = useSelectedImages(topic, started ? null : list);
  const { selected } = selecting;
  const fromList = useMemo<Action | null>(
    () => (selected && selected.targets.length > 0 ? { kind: 'queue', targets: selected.targets } : null),
    [selected],
  );
  const [settled] = useDebouncedValue(picked, 150);
  const action = pasted ? fromList : settled;
  const planned = usePlan(topic, started ? null : action);
  const stale = planned.stale || (pasted ? selecting.stale : settled !== picked);
  const planning = { ...planned, stale };
  const { plan } = planned;
  const title = useDialogTitle('queue', chosen, action ? plan : undefined, started !== undefined);
  const error = planned.error ?? (pasted ? selecting.error : null);

  return (
    <DialogFrame title={title} wide>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <CloudSelect clouds={clouds} cloudId={cloudId} onChange={setCloudId} />
          {hosts.length > 1 ? (
            <HostChooser hosts={hosts} ability="queue" chosen={wanted} onChange={setWanted} />
          ) : (
            <p className="dim">
              On <b>{hosts[0]?.name}</b>, from the catalog of {clouds.find(({ id }) => id === cloudId)?.name}
              {region === undefined ? '' : `, ${region}`}.
            </p>
          )}
          <Tabs
            label="Which images"
            current={source}
            onChange={setSource}
            tabs={[
              {
                id: 'catalogue',
                label: 'Catalog',
                panel: () => (
                  <ImagePicker
                    key={cloudId}
                    images={images}
                    hostIds={chosen}
                    given={imageIds}
                    selection={selection}
                    onSelect={setSelection}
                    onList={(pastedText) => {
                      setText(pastedText);
                      setSource('pasted');
                    }}
                  />
                ),
              },
              {
                id: 'pasted',
                label: 'Pasted list',
                panel: () => (
                  <>
                    <PastedList text={text} onText={setText} selected={selected} among="the images of the catalog" />
                    {selected ? <NoticeList warnings={selected.notes.map(({ text }) => text)} /> : null}
                    {action && !error ? <PlanView planning={planning} /> : null}
                  </>
                ),
              },
            ]}
          />
          {error ? (
            <Notice
              tone="bad"
              live
              actions={<Button onClick={planned.error ? planned.refetch : selecting.refetch}>Try again</Button>}
            >
              <FailureText failure={toDisplayError(error)} />
            </Notice>
          ) : null}
          {plan && !pasted ? <PlanWarnings plan={plan} /> : null}
          <ConfirmPlan
            kind="queue"
            planning={action ? planning : { ...planning, plan: undefined }}
            sum={
              pasted && text.trim() === '' ? (
                'Paste a list of images.'
              ) : (
                <QueueSummary
                  chosen={pasted ? (selected?.images ?? 0) : selection.ids.size}
                  plan={plan}
                  hosts={chosen.length}
                />
              )
            }
            onStarted={setStarted}
          />
        </>
      )}
    </DialogFrame>
  );
}
