import type { HostSummary, HostWarning } from '../../contract/fleet.ts';
import type { CachedImage } from '../../contract/images.ts';
import type { HostWithImages } from '../coverage.ts';
import { settingsOf } from './fake-fleet.ts';

type Changes = {
  cloudId?: string;
  labels?: string[];
  state?: HostSummary['state'];
  takenAt?: number | null;
  warnings?: HostWarning['kind'][];
};

/** A host as the fleet describes it, with its cached images. */
export function hostWithImages(id: string, cached: CachedImage[], changes: Changes = {}): HostWithImages {
  const { cloudId = 'cloud', labels = [], state = 'reachable', takenAt = 1, warnings = [] } = changes;
  return {
    summary: {
      ...settingsOf(0, { id, cloudId, labels }),
      imageServiceId: cloudId,
      state,
      capabilities: null,
      maintenance: { prune: [], clean: [], prefetch: [] },
      failure: state === 'failed' ? { code: 'unreachable', message: 'It is down.', remedy: 'Start it.' } : null,
      failedTries: 0,
      failingSince: null,
      warnings: warnings.map((kind) => ({ kind, label: kind, text: kind })),
      totals: null,
      refreshedAt: takenAt,
      refreshing: false,
      nextPollAt: null,
      revision: 0,
    },
    images: { hostId: id, revision: 0, takenAt, cached, queued: [], odd: [] },
  };
}
