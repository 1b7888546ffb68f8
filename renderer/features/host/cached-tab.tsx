import { useMemo } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { DaysField } from '../../components/forms/form-fields.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { useNow } from '../../components/relative-time.tsx';
import type { Sort } from '../../components/table/table-columns.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { formatCount } from '../../lib/format.ts';
import { usePersistentState } from '../../lib/persistent-state.ts';
import { cachedColumns, cachedExport } from './cached-columns.tsx';
import { areChips, type Chip, countChips, filterByChips, idleDays, isDays } from './image-filter.ts';
import { ImageTab } from './image-tab.tsx';

const none: never[] = [];
const noChips: readonly Chip[] = [];
const bySize: Sort = { id: 'size', descending: true };
const chipNames: readonly [Chip, string][] = [
  ['orphan', 'Orphans'],
  ['neverHit', 'Never hit'],
  ['idle', 'Idle over'],
];

/** What a host has cached. */
export function CachedTab({ host, images }: { host: HostSummary; images: readonly CachedImage[] }) {
  const { whyNone } = useWhyNot();
  const [chips, setChips] = usePersistentState<readonly Chip[]>(`host.${host.id}.chips`, noChips, areChips);
  const [days, setDays] = usePersistentState('host.idleDays', idleDays, isDays);
  const hour = useNow((now) => Math.floor(now / 3_600_000)) * 3_600_000;
  const counts = useMemo(() => countChips(images, hour, days), [images, hour, days]);
  const left = useMemo(() => filterByChips(images, chips, hour, days), [images, chips, hour, days]);
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const others = hosts.filter(({ id, cloudId }) => id !== host.id && cloudId === host.cloudId);
  const flip = (chip: Chip) =>
    setChips((before) => (before.includes(chip) ? before.filter((each) => each !== chip) : [...before, chip]));
  return (
    <ImageTab
      host={host}
      from="cache"
      label="Cached images"
      images={images}
      left={left}
      columns={cachedColumns}
      exported={cachedExport}
      firstSort={bySize}
      sumOf={(chosen) => `${formatSize(chosen.reduce((sum, image) => sum + image.sizeBytes, 0))} would be freed`}
      more={(chosen) => (
        <Button
          whyNot={whyNone(others, 'queue')}
          onClick={() =>
            openDialog({
              kind: 'queue',
              hostIds: others.map(({ id }) => id),
              imageIds: chosen.map(({ imageId }) => imageId),
            })
          }
        >
          Queue on other hosts…
        </Button>
      )}
      chips={
        <>
          {chipNames.map(([chip, name]) => (
            <button
              key={chip}
              type="button"
              className="chip"
              aria-pressed={chips.includes(chip)}
              // The days of the idle ones are changed once it is chosen.
              disabled={counts[chip] === 0 && chip !== 'idle' && !chips.includes(chip)}
              onClick={() => flip(chip)}
            >
              {chip === 'idle' ? `${name} ${formatCount(days)} d` : name} <b>{formatCount(counts[chip])}</b>
            </button>
          ))}
          {chips.includes('idle') ? (
            <span className="idle-filter">
              <DaysField
                label="Days without a read"
                days={days}
                onChange={(typed) => {
                  if (typed !== undefined) setDays(typed);
                }}
              />
              <span className="dim">days</span>
            </span>
          ) : null}
        </>
      }
      onShowAll={() => setChips(noChips)}
      empty={
        <EmptyState title="Nothing is cached here">
          Images get into the cache when somebody asks this host for them, or when they are queued.
        </EmptyState>
      }
    />
  );
}
