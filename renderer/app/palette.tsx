import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
  useSpotlight,
} from '@mantine/spotlight';
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useConsolePart } from '../bridge/console-state.ts';
import { useReturnFocus } from '../components/dialog-focus.tsx';
import { dotStateOf, dotStateText, StateDot } from '../components/hosts/host-link.tsx';
import { openDialog } from '../lib/dialog-store.ts';
import { paletteStore } from '../lib/palette-store.ts';
import {
  coveragePath,
  fleetPath,
  hostOfPath,
  hostPath,
  operationsPath,
  schedulesPath,
  settingsPath,
  wastePath,
} from '../lib/routes.ts';
import { useImageSearch } from './palette-images.tsx';

type Entry = SpotlightActionData | SpotlightActionGroupData;

/** The most entries of a group that are shown: with a thousand hosts, typing on is quicker than reading. */
const maxOfGroup = 40;

/** The actions that contain every word of the query. Those with a match in the label come first. */
export function filterPalette(query: string, actions: readonly Entry[]): Entry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return actions.flatMap<Entry>((one) => {
    if (!('actions' in one)) return rank(one, words) === undefined ? [] : [one];
    const ranked = one.actions.flatMap((action) => {
      const at = rank(action, words);
      return at === undefined ? [] : [{ action, at }];
    });
    const shown = ranked
      .sort((first, second) => first.at - second.at)
      .slice(0, maxOfGroup)
      .map(({ action }) => action);
    return shown.length === 0 ? [] : [{ group: one.group, actions: shown }];
  });
}

/** Returns 0 if the label begins with the query, 1 if it contains it, 2 if the keywords do, undefined if nothing does. */
function rank({ label, keywords }: SpotlightActionData, words: readonly string[]): number | undefined {
  const called = label?.toLowerCase() ?? '';
  if (called.startsWith(words.join(' '))) return 0;
  if (words.every((word) => called.includes(word))) return 1;
  const all = [called, ...(typeof keywords === 'string' ? [keywords] : (keywords ?? []))].join('\n').toLowerCase();
  return words.every((word) => all.includes(word)) ? 2 : undefined;
}

const none: never[] = [];
const searchLabel = 'Search images, hosts, actions';
type Props = { refresh: () => void; refreshAll: () => void; showShortcuts: () => void };

/** The command palette: every image, every host, every page, every action. */
export function Palette({ refresh, refreshAll, showShortcuts }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [place, go] = useLocation();
  const { opened } = useSpotlight(paletteStore);
  const [query, setQuery] = useState('');
  const { group: images, searching } = useImageSearch(query, go);
  const here = hosts.find(({ id }) => id === hostOfPath(place));

  const groups = useMemo<SpotlightActionGroupData[]>(() => {
    // Without a host's page below it, an action asks for its hosts: none is chosen for the operator.
    const scope = here ? { hostIds: [here.id] } : { hostIds: hosts.map(({ id }) => id), chosen: [] };
    const where = here ? `on ${here.name}` : 'select hosts';
    return [
      {
        group: 'Actions',
        actions: [
          {
            id: 'queue',
            label: 'Queue images…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'queue', ...scope }),
          },
          {
            id: 'delete',
            label: 'Delete images…',
            rightSection: here ? where : 'orphans, idle, never hit, a list',
            onClick: () => openDialog({ kind: 'deleteImages', ...scope }),
          },
          {
            id: 'prefetch',
            label: 'Prefetch…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'prefetch', ...scope }),
          },
          {
            id: 'prune',
            label: 'Prune…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'prune', ...scope }),
          },
          {
            id: 'clean',
            label: 'Clean…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'clean', ...scope }),
          },
          {
            id: 'clear',
            label: 'Clear…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'clear', ...scope }),
          },
          ...(here
            ? [
                {
                  id: 'like',
                  label: `Make ${here.name} like another host…`,
                  rightSection: 'queue images that it does not have',
                  onClick: () => openDialog({ kind: 'like', hostId: here.id }),
                },
                {
                  id: 'like-this',
                  label: `Make another host like ${here.name}…`,
                  rightSection: 'queue images that the other does not have',
                  onClick: () => openDialog({ kind: 'like', hostId: here.id, gives: true }),
                },
              ]
            : [
                {
                  id: 'like',
                  label: 'Make a host like another…',
                  rightSection: 'queue images that it does not have',
                  onClick: () => openDialog({ kind: 'like' }),
                },
              ]),
          {
            id: 'refresh',
            label: here ? `Refresh ${here.name}` : 'Refresh',
            rightSection: 'poll now',
            onClick: refresh,
          },
          ...(here
            ? [{ id: 'refresh-all', label: 'Refresh all hosts', rightSection: 'poll now', onClick: refreshAll }]
            : []),
          {
            id: 'find-hosts',
            label: 'Find hosts…',
            rightSection: 'service catalog, neighbours, inventory, list',
            onClick: () => openDialog({ kind: 'findHosts' }),
          },
          {
            id: 'new-schedule',
            label: 'New schedule…',
            rightSection: 'prune, clean, sync at set times',
            keywords: ['automation', 'cron', 'timer'],
            onClick: () => openDialog({ kind: 'schedule', schedule: { what: 'new' } }),
          },
          { id: 'shortcuts', label: 'Keyboard shortcuts', onClick: showShortcuts },
        ],
      },
      {
        group: 'Pages',
        actions: [
          { id: 'page-fleet', label: 'Fleet', onClick: () => go(fleetPath) },
          {
            id: 'page-coverage',
            label: 'Coverage',
            rightSection: 'images by hosts',
            onClick: () => go(coveragePath),
          },
          {
            id: 'page-golden',
            label: 'Golden sets',
            rightSection: 'what hosts should always have',
            onClick: () => go(`${coveragePath}/golden`),
          },
          {
            id: 'page-waste',
            label: 'Waste',
            rightSection: 'orphans, never hit, idle, large and cold',
            keywords: ['orphans', 'never hit', 'idle', 'cold', 'reclaim', 'delete'],
            onClick: () => go(wastePath),
          },
          { id: 'page-operations', label: 'Operations', onClick: () => go(operationsPath) },
          {
            id: 'page-schedules',
            label: 'Schedules',
            rightSection: 'what runs at set times',
            keywords: ['automation', 'cron', 'timer', 'approve'],
            onClick: () => go(schedulesPath),
          },
          { id: 'page-settings', label: 'Settings', onClick: () => go(settingsPath) },
        ],
      },
      {
        group: 'Hosts',
        actions: hosts.map((host) => ({
          id: `host-${host.id}`,
          label: host.name,
          rightSection: host.address,
          keywords: [host.address, dotStateText(dotStateOf(host)), ...host.warnings.map(({ label }) => label)],
          leftSection: <StateDot state={dotStateOf(host)} />,
          onClick: () => go(hostPath(host.id)),
        })),
      },
    ];
  }, [hosts, here, go, refresh, refreshAll, showShortcuts]);

  const filter = useMemo<SpotlightFilterFunction>(
    () => (typed, actions) => [...filterPalette(typed, actions), ...(images && typed.trim() !== '' ? [images] : [])],
    [images],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: new results may move the highlighted entry
  useEffect(keepHighlight, [images]);

  return (
    <>
      {opened ? <ReturnFocus /> : null}
      <Spotlight
        store={paletteStore}
        returnFocus={false}
        query={query}
        onQueryChange={setQuery}
        actions={groups}
        filter={filter}
        shortcut="mod + K"
        tagsToIgnore={[]}
        highlightQuery={false}
        nothingFound={searching ? 'Looking for images…' : 'No results'}
        scrollable
        maxHeight={420}
        size={660}
        overlayProps={{ blur: 0 }}
        // While it fades out, its focus trap would take back the focus that was returned.
        transitionProps={{ duration: 0 }}
        lockScroll={false}
        attributes={{ content: { 'aria-label': 'Search' } }}
        searchProps={{ placeholder: searchLabel, 'aria-label': searchLabel }}
      />
    </>
  );
}

function ReturnFocus() {
  useReturnFocus();
  return null;
}

/**
 * Late results do not move the highlight: the highlighted entry keeps it at its new position. The first entry gets it
 * if that entry is gone, or if the operator did not move it from the first.
 */
function keepHighlight(): void {
  const { listId, opened, query, selected } = paletteStore.getState();
  const list = listId === '' ? null : document.getElementById(listId);
  if (!opened || query.trim() === '' || !list) return;
  const actions = [...list.querySelectorAll('[data-action]')];
  const highlighted = actions.findIndex((action) => action.hasAttribute('data-selected'));
  const wanted = highlighted < 0 || selected <= 0 ? 0 : highlighted;
  if (highlighted !== wanted) {
    actions[highlighted]?.removeAttribute('data-selected');
    actions[wanted]?.setAttribute('data-selected', 'true');
  }
  if (selected !== wanted) paletteStore.updateState((state) => ({ ...state, selected: wanted }));
}
