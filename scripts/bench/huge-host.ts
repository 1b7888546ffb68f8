import { longestTurn } from '../../electron/lib/testing/longest-turn.ts';
import { hugeCount, hugeHostConsole } from '../../electron/services/testing/huge-host.ts';

/** Prints how long a huge host keeps the console from other work, beside parsing its list at once. */
export async function benchHugeHost(): Promise<void> {
  await using huge = await hugeHostConsole();
  const { client, id, address } = huge;
  const text = await (await fetch(`${address}/v2/cache`)).text();
  const longest = async (what: string, work: () => Promise<unknown>) => {
    const { ms } = await longestTurn(work);
    console.log(`  ${what}: ${ms.toFixed(0)} ms`);
  };
  console.log(`One host with ${hugeCount} images: the longest time without other calls, in ms of processor time`);
  await longest('its list parsed at once, for comparison', async () => JSON.parse(text));
  await longest('its changed list read and shown', () => client.hosts.refresh({ ids: [id] }));
  await longest('its images for the page', () => client.hosts.images({ id }));
  await longest('the coverage', () => client.coverage.get({}));
  await longest('a search', () => client.search.images({ text: 'ccc', limit: 20 }));
}
