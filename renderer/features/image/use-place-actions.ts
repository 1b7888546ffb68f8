import type { ImageId } from '../../../electron/contract/images.ts';
import type { WhyNot } from '../../components/button.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import type { Place } from './use-image.ts';

type PlaceAction = { count: number; whyNot: WhyNot | undefined; run: () => void };
export type PlaceActions = Record<'queue' | 'remove', (places: readonly Place[]) => PlaceAction>;

/** What can be done with an image at some places: queue it where it is missing, delete it where it is. */
export function usePlaceActions(imageId: ImageId, onLeave?: () => void): PlaceActions {
  const { whyNone } = useWhyNot();
  return {
    queue(places) {
      const hosts = places.flatMap(({ cell, host }) => (cell === 'm' ? [host] : []));
      return {
        count: hosts.length,
        whyNot: hosts.length === 0 ? undefined : whyNone(hosts, 'queue'),
        run: () => {
          onLeave?.();
          openDialog({ kind: 'queue', hostIds: hosts.map(({ id }) => id), imageIds: [imageId] });
        },
      };
    },
    remove(places) {
      const hosts = places.flatMap(({ cell, host }) => (cell === 'c' || cell === 'q' ? [host] : []));
      return {
        count: hosts.length,
        whyNot: hosts.length === 0 ? undefined : whyNone(hosts, 'delete'),
        run: () => {
          onLeave?.();
          const targets = hosts.map(({ id }) => ({ hostId: id, imageId }));
          openDialog({ kind: 'action', title: 'Delete from cache', action: { kind: 'delete', targets } });
        },
      };
    },
  };
}
