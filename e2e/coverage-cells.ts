import type { Page } from '@playwright/test';
import type { Coverage } from '../electron/contract/coverage.ts';
import type { DemoCloud } from '../electron/demo/simulated-cloud.ts';
import { call } from './calls.ts';

// The cells of the coverage grid: as the hosts say, as the page receives them, and as they are drawn.

/** The words for the letters of the answer. */
export const words = { c: 'cached', q: 'queued', m: 'missing', '-': 'nothing to cache', '?': 'unknown' } as const;
export type Letter = keyof typeof words;

/** The two hosts of the edge that are down from the start. */
export const isDown = (name: string) => /lyon|turin/.test(name);

/** The expected cell of the grid, from the true state of the simulated cloud. */
export function truthOf({ control }: DemoCloud, ids: Record<string, string>) {
  const active = new Set(control.images().flatMap(({ id, status }) => (status === 'active' ? [id] : [])));
  const byHost = new Map(
    control.hosts.map((host) => {
      const { cached, queued } = host.state();
      const sets = { cached: new Set(cached.map(({ imageId }) => imageId)), queued: new Set(queued) };
      return [ids[host.name] ?? '', sets] as const;
    }),
  );
  const images = new Set(control.images().map(({ id }) => id));
  const answering = control.hosts.filter(({ name }) => !isDown(name)).map(({ name }) => ids[name] ?? '');
  const lists = answering.flatMap((hostId) => byHost.get(hostId) ?? []);
  for (const { cached, queued } of lists) for (const id of [...cached, ...queued]) images.add(id);
  const letter = (hostId: string, imageId: string): Letter => {
    const host = byHost.get(hostId);
    if (!host) return '?';
    if (host.cached.has(imageId)) return 'c';
    if (host.queued.has(imageId)) return 'q';
    return active.has(imageId) ? 'm' : '-';
  };
  return { images, letter };
}

/** What the page receives. */
export const coverage = (page: Page) => call<Coverage>(page, 'coverage/get', {});
/** Where it shows it. */
export const grid = (page: Page) => page.getByRole('grid', { name: 'Coverage' });

/** The cells that differ from the expected ones, and the number of cells compared. */
export function compare(answer: Coverage, truth: ReturnType<typeof truthOf>) {
  const wrong: string[] = [];
  let cells = 0;
  for (const image of answer.images) {
    for (const [at, { hostId, reading }] of answer.hosts.entries()) {
      cells += 1;
      const wanted = reading === 'unknown' ? '?' : truth.letter(hostId, image.imageId);
      if (image.cells[at] !== wanted) wrong.push(`${image.imageId} on ${hostId}: ${image.cells[at]}, not ${wanted}`);
    }
  }
  return { wrong, cells };
}

/** The cells as they are drawn while the grid is scrolled in both directions, with their names. */
export function scrolledThrough(page: Page, downs: readonly number[], rights: readonly number[]) {
  return grid(page).evaluate(
    async (element, [downs, rights]) => {
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const go = async (down: number, right: number) => {
        element.scrollTop = down * (element.scrollHeight - element.clientHeight);
        element.scrollLeft = right * (element.scrollWidth - element.clientWidth);
        await drawn();
      };
      const cells: { imageId: string; hostId: string; label: string }[] = [];
      for (const down of downs) {
        for (const right of rights) {
          await go(down, right);
          for (const cell of element.querySelectorAll('[role=gridcell][data-cell]')) {
            cells.push({
              imageId: (cell.getAttribute('data-row') ?? '').replace(/^image /, ''),
              hostId: (cell.getAttribute('data-col') ?? '').replace(/^host /, ''),
              label: cell.getAttribute('aria-label') ?? '',
            });
          }
        }
      }
      await go(0, 0);
      return cells;
    },
    [downs, rights] as const,
  );
}
