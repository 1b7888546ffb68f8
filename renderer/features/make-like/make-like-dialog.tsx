import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { type Action, amountOf, type Operation } from '../../../electron/contract/operations.ts';
import type { Selection, SelectionNote } from '../../../electron/contract/selections.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { DialogFrame } from '../../components/dialog.tsx';
import { FailedNotice, NoticeList } from '../../components/notice.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import { useStable } from '../../lib/deep-equal.ts';
import { QueueSummary } from '../image-actions/queue-summary.tsx';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { PlanPlaceholder, PlanWarnings } from '../operations/dialog/plan-view.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { usePlan, useSelectedImages } from '../operations/operation-queries.ts';
import classes from './make-like.module.css';
import { MakeLikeHosts } from './make-like-hosts.tsx';
import { MakeLikeEstimate, MakeLikeImages } from './make-like-images.tsx';
import { capacityOf, likeRows, remainingBytes } from './make-like-rows.ts';

type Props = { dialog: number; hostId?: HostId | undefined; other?: HostId | undefined; gives?: boolean | undefined };
const none: HostSummary[] = [];

/**
 * Makes a host like another: queues on it the images that the other has cached.
 *
 * @param gives whether `hostId` is the host that has the images; otherwise it is the host that gets them
 */
export function LikeDialog({ dialog, hostId, other, gives = false }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [otherId, setOtherId] = useState(other);
  const [hereId, setHereId] = useState(hostId);
  const [given, setGiven] = useState(gives);
  const here = hosts.find(({ id }) => id === hereId);
  const there = hosts.find(({ id }) => id === otherId);
  if (!here) {
    return (
      <DialogFrame title="Make a host like another" wide>
        <MakeLikeHosts here={undefined} gives={given} hosts={hosts} onChoose={setHereId} />
      </DialogFrame>
    );
  }
  const title = given ? `Make another host like ${here.name}` : `Make ${here.name} like another host`;
  if (!there || there.id === here.id) {
    return (
      <DialogFrame title={title} wide>
        <MakeLikeHosts key={here.id} here={here} gives={given} hosts={hosts} onChoose={setOtherId} />
      </DialogFrame>
    );
  }
  const [from, to] = given ? [here, there] : [there, here];
  return (
    <DialogFrame title={`Make ${to.name} like ${from.name}`} wide>
      <MissingImages
        key={`${from.id} ${to.id}`}
        topic={`${dialog} like ${from.id} ${to.id}`}
        from={from}
        to={to}
        change={
          <>
            <Button size="small" onClick={() => setOtherId(undefined)}>
              Another host…
            </Button>
            <Button size="small" onClick={() => setGiven(!given)}>
              Swap
            </Button>
          </>
        }
      />
    </DialogFrame>
  );
}

type DifferenceProps = {
  topic: string;
  from: HostSummary;
  to: HostSummary;
  /** Buttons to choose another host or to swap the two. */
  change: ReactNode;
};

const noImages: never[] = [];

/** The images that one host has cached and the other has not, all or some of which are queued there. */
function MissingImages({ topic, from, to, change }: DifferenceProps) {
  const [started, setStarted] = useState<Operation>();
  const [chosen, setChosen] = useState<RowSelection>();
  const wanted = useMemo<Selection>(() => ({ kind: 'like', from: from.id, to: to.id }), [from.id, to.id]);
  const selecting = useSelectedImages(topic, started ? null : wanted);
  const { selected } = selecting;
  const source = useQuery(queries.hosts.images.queryOptions({ input: { id: from.id }, structuralSharing: false }));
  const target = useQuery(queries.hosts.images.queryOptions({ input: { id: to.id }, structuralSharing: false }));
  const catalogue = useQuery(
    queries.clouds.catalogue.queryOptions({ input: { imageServiceId: to.imageServiceId }, structuralSharing: false }),
  );
  const rows = useMemo(
    () => (selected && source.data ? likeRows(selected, source.data) : undefined),
    [selected, source.data],
  );
  const capacity = useMemo(
    () => capacityOf(to, target.data?.queued ?? noImages, catalogue.data?.images ?? noImages),
    [to, target.data, catalogue.data],
  );
  const selection = useMemo<RowSelection>(
    () => chosen ?? { ids: new Set(rows?.map(({ id }) => id)), anchor: null },
    [chosen, rows],
  );
  const picked = useMemo(() => rows?.filter(({ id }) => selection.ids.has(id)) ?? noImages, [rows, selection]);
  const found = useMemo<Action | null>(
    () =>
      picked.length === 0 ? null : { kind: 'queue', targets: picked.map(({ id }) => ({ hostId: to.id, imageId: id })) },
    [picked, to.id],
  );
  const action = useStable(found);
  const [settled] = useDebouncedValue(action, 150);
  const planned = usePlan(topic, started ? null : settled);
  const planning = { ...planned, stale: planned.stale || settled !== action };
  if (started) return <RunView started={started} />;
  const error = selecting.error ?? source.error ?? planned.error;
  const refetch = selecting.error ? selecting.refetch : planned.error ? planned.refetch : () => void source.refetch();
  return (
    <>
      <p className={`row ${classes.change}`}>
        <span className="grow dim">
          What <b>{from.name}</b> has cached and <b>{to.name}</b> has neither cached nor queued.
        </span>
        {change}
      </p>
      {error ? <FailedNotice error={error} again={refetch} /> : null}
      {selected ? <SelectionNotes notes={selected.notes} /> : null}
      {rows && rows.length > 0 ? (
        <>
          <MakeLikeImages
            rows={rows}
            from={from}
            left={capacity ? remainingBytes(capacity) : null}
            selection={selection}
            onSelect={setChosen}
          />
          <MakeLikeEstimate to={to} capacity={capacity} picked={amountOf(picked)} />
        </>
      ) : error ? null : (
        <PlanPlaceholder live>
          {rows && !selecting.stale ? emptyText(from, to, selected?.notes.length ?? 0) : 'Comparing the two hosts…'}
        </PlanPlaceholder>
      )}
      {/* The estimate above the plan shows the limit. */}
      {planned.plan && action ? <PlanWarnings plan={{ ...planned.plan, overLimit: [] }} /> : null}
      <ConfirmPlan
        kind="queue"
        planning={action ? planning : { ...planning, plan: undefined }}
        sum={
          rows && rows.length > 0 ? (
            <QueueSummary chosen={picked.length} plan={action ? planned.plan : undefined} hosts={1} />
          ) : (
            ''
          )
        }
        onStarted={setStarted}
      />
    </>
  );
}

/** Images that are left out are a remark. Other notes are warnings. */
function SelectionNotes({ notes }: { notes: readonly SelectionNote[] }) {
  const textsOf = (wanted: SelectionNote['kind']) => notes.flatMap(({ kind, text }) => (kind === wanted ? [text] : []));
  const skipped = textsOf('skipped');
  return (
    <>
      <NoticeList warnings={textsOf('warning')} />
      {skipped.length > 0 ? <p className={`dim ${classes.leftOut}`}>{skipped.join(' ')}</p> : null}
    </>
  );
}

function emptyText(from: HostSummary, to: HostSummary, notes: number): string {
  if (notes > 0) return `Nothing of ${from.name} can be queued on ${to.name}.`;
  return `${to.name} already has everything that ${from.name} has cached.`;
}
