import { useMemo } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId, ImageServiceId } from '../../../electron/contract/images.ts';
import { useConsolePart, useImageServices } from '../../bridge/console-state.ts';
import { useCatalogues } from '../../bridge/queries.ts';
import { namesOfServices, useServiceNames } from '../../components/hosts/regions.ts';

const none: Readonly<Record<HostId, ImageServiceId>> = {};

/** The images of the image services of some hosts, with the regions that have each image where there are several. */
export function useImagesOfHosts(cloudId: CloudId, hostIds: readonly HostId[]) {
  const catalogue = useCatalogues(useImageServices(cloudId, hostIds));
  const { servicesOf } = catalogue;
  const names = useServiceNames();
  const serviceOfHost =
    useConsolePart(({ hosts }) => Object.fromEntries(hosts.map(({ id, imageServiceId }) => [id, imageServiceId]))) ??
    none;
  return useMemo(() => {
    return {
      catalogue,
      /** The hosts among these whose image service has the image; all of them if none is known to have it. */
      hostsWith(imageId: ImageId, ids: readonly HostId[]): readonly HostId[] {
        const services = servicesOf.get(imageId);
        return services ? ids.filter((id) => services.includes(serviceOfHost[id] ?? '')) : ids;
      },
      /** The regions of the image, as a text; empty if all hosts are of one. */
      regionOf: (imageId: ImageId): string => namesOfServices(servicesOf.get(imageId), names),
      severalRegions: servicesOf.size > 0,
    };
  }, [catalogue, servicesOf, serviceOfHost, names]);
}
export type ImagesOfHosts = ReturnType<typeof useImagesOfHosts>;
