import { pastOf } from '../demo/simulated-traffic.ts';
import type { Sample } from '../trends/trend-writer.ts';

/** What the simulated hosts would have told before the demo cloud was opened: simulated as they are, and gone with them. */
export function simulatedPast(look: Sample): Sample[] {
  const { hostId, address, at, sizeBytes, limitBytes, images, queued, cached } = look;
  const past = pastOf({ sizeBytes, limitBytes, images, hits: cached.filter(({ hits }) => hits > 0) }, at, hostId);
  return past.map((each) => ({ hostId, address, limitBytes, queued, ...each }));
}
