import { longestTurn } from '../../electron/lib/testing/longest-turn.ts';
import { hugeCount, hugeHostConsole } from '../../electron/services/testing/huge-host.ts';

/** Prints how long a huge host blocks other work of the console, compared with parsing its list in one piece. */
export async function benchHugeHost(): Promise<void> {
  await using huge = await hugeHostConsole();
  const { client, id, address } = huge;
  const text = await (await fetch(`${address}/v2/cache`)).text();
  const longest = async (what: string, work: () => Promise<unknown>) => {
    const { ms } = await longestTurn(work);
    console.log(`  ${what}: ${ms.toFixed(0)} ms`);
  };
  console.log(`One host with ${hugeCount} images: longest time that blocks other calls, in ms of CPU time`);
  await longest('parse the list at once, for comparison', async () => JSON.parse(text));
  await longest('read and show the changed list', () => client.hosts.refresh({ ids: [id] }));
  await longest('list the images for the page', () => client.hosts.images({ id }));
  await longest('compute coverage', () => client.coverage.get({}));
  await longest('search', () => client.search.images({ text: 'ccc', limit: 20 }));
}
