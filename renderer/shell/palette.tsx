import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useConsolePart } from '../bridge/live.ts';
import { dotOf, dotWords, StateDot } from '../components/state-dot.tsx';
import { openDialog } from '../dialogs/dialog-store.ts';
import { coveragePath, fleetPath, hostOfPath, hostPath, operationsPath, settingsPath } from './paths.ts';

const none: never[] = [];
type Props = { refresh: () => void; refreshAll: () => void; showShortcuts: () => void };

/** The command palette: every host, every page, every action. */
export function Palette({ refresh, refreshAll, showShortcuts }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [place, go] = useLocation();
  const here = hosts.find(({ id }) => id === hostOfPath(place));

  const groups = useMemo<SpotlightActionGroupData[]>(() => {
    const chosen = here ? [here.id] : hosts.map(({ id }) => id);
    const where = here ? `on ${here.name}` : 'on hosts to choose';
    return [
      {
        group: 'Actions',
        actions: [
          {
            id: 'queue',
            label: 'Queue images…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'queue', hostIds: chosen }),
          },
          {
            id: 'delete',
            label: 'Delete images…',
            rightSection: here ? where : 'orphans, idle, never hit, a list',
            onClick: () => openDialog({ kind: 'deleteImages', hostIds: chosen }),
          },
          {
            id: 'prune',
            label: 'Prune…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'prune', hostIds: chosen }),
          },
          {
            id: 'clean',
            label: 'Clean…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'clean', hostIds: chosen }),
          },
          {
            id: 'clear',
            label: 'Clear…',
            rightSection: where,
            onClick: () => openDialog({ kind: 'clear', hostIds: chosen, chosen: here ? chosen : [] }),
          },
          ...(here
            ? [
                {
                  id: 'like',
                  label: `Make ${here.name} like another host…`,
                  rightSection: 'queue what it lacks',
                  onClick: () => openDialog({ kind: 'like', hostId: here.id }),
                },
                {
                  id: 'like-this',
                  label: `Make another host like ${here.name}…`,
                  rightSection: 'queue what that lacks',
                  onClick: () => openDialog({ kind: 'like', hostId: here.id, gives: true }),
                },
              ]
            : [
                {
                  id: 'like',
                  label: 'Make a host like another…',
                  rightSection: 'queue what it lacks',
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
          { id: 'shortcuts', label: 'Keyboard shortcuts', onClick: showShortcuts },
        ],
      },
      {
        group: 'Pages',
        actions: [
          { id: 'page-fleet', label: 'Fleet', onClick: () => go(fleetPath) },
          { id: 'page-coverage', label: 'Coverage', onClick: () => go(coveragePath) },
          { id: 'page-operations', label: 'Operations', onClick: () => go(operationsPath) },
          { id: 'page-settings', label: 'Settings', onClick: () => go(settingsPath) },
        ],
      },
      {
        group: 'Hosts',
        actions: hosts.map((host) => ({
          id: `host-${host.id}`,
          label: host.name,
          rightSection: host.address,
          keywords: [host.address, dotWords(dotOf(host)), ...host.warnings.map(({ label }) => label)],
          leftSection: <StateDot state={dotOf(host)} />,
          onClick: () => go(hostPath(host.id)),
        })),
      },
    ];
  }, [hosts, here, go, refresh, refreshAll, showShortcuts]);

  return (
    <Spotlight
      actions={groups}
      shortcut="mod + K"
      tagsToIgnore={[]}
      limit={60}
      highlightQuery={false}
      nothingFound="Nothing has that name"
      scrollable
      maxHeight={420}
      size={600}
      overlayProps={{ blur: 0 }}
      lockScroll={false}
      attributes={{ content: { 'aria-label': 'Search' } }}
      searchProps={{ placeholder: 'Search hosts, pages, actions', 'aria-label': 'Search hosts, pages, actions' }}
    />
  );
}
