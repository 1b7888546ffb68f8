import { afterEach } from 'vitest';
import type { Received, Reply } from '../../http/testing/local-server.ts';
import { recordedReply } from '../../http/testing/recorded.ts';
import type { RequestDeadlines } from '../authenticated-requests.ts';
import { GlanceHost } from '../glance-host.ts';
import { startCloud, type TestCloud } from './cloud.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Ends with the test. */
export function endLater(end: () => Promise<void>): void {
  ends.push(end);
}

/** What a real Glance answered. */
export const recorded = (name: string) => recordedReply(new URL('../', import.meta.url), name);

/** A host that gives the set answers until the test ends. */
export async function hostUnderTest(
  answer: (request: Received) => Reply | Promise<Reply>,
  options: { roles?: string[]; login?: 'none'; deadlines?: Partial<RequestDeadlines> } = {},
): Promise<{ glance: GlanceHost; cloud: TestCloud }> {
  const cloud = await startCloud(answer, options);
  endLater(() => cloud.close());
  const { address, session } = cloud;
  return { cloud, glance: new GlanceHost({ address, session, deadlines: options.deadlines }) };
}

/** Answers by method and path; everything else is Glance's own 404. */
export function routes(table: Record<string, Reply>): (request: Received) => Reply {
  return ({ method, path }) => table[`${method} ${path}`] ?? recorded('glance-25.1-nodes-404');
}
