import type { Locator, Page } from '@playwright/test';
import type { HostImages } from '../electron/contract/fleet.ts';
import { call } from './calls.ts';
import { expect } from './fixtures.ts';

// Parts of the page that several specs use, each found by its exact name.

/** The link of a page or a host in the navigation. */
export function railLink(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Console', exact: true }).getByRole('link', { name, exact: true });
}

/** A button above a list. While the list is empty, the empty state has the same button. */
export function listButton(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true }).and(page.locator(':not([role="group"] *)'));
}

/** The row of a host in the table of the Fleet page or of the settings. */
export function hostRow(page: Page, name: string): Locator {
  const checkbox = page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
  return page.getByRole('table', { name: 'Hosts', exact: true }).getByRole('row').filter({ has: checkbox });
}

/** A row of a table by its position in the whole list, 0 for the uppermost. */
export function tableRow(table: Locator, index: number): Locator {
  return table.locator(`tbody tr[data-index="${index}"]`);
}

/** The page of a host, with its heading shown. */
export async function openHost(page: Page, name: string): Promise<void> {
  await railLink(page, name).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

export const palette = (page: Page) => page.getByRole('dialog', { name: 'Search', exact: true });
export const paletteField = (page: Page) =>
  page.getByRole('textbox', { name: 'Search images, hosts, actions', exact: true });

/** The result that Enter would open. */
export const paletteSelection = (page: Page) => palette(page).locator('[data-selected]');

export async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(paletteField(page)).toBeFocused();
}

/** Opens the palette, types, and opens the result once it is the selected one. */
export async function chooseInPalette(page: Page, typed: string, result: string | RegExp): Promise<void> {
  await openPalette(page);
  await page.keyboard.type(typed);
  await expect(paletteSelection(page)).toContainText(result);
  await page.keyboard.press('Enter');
}

/** Waits until every demo host that is up was read, and each of its cached images was looked up in Glance. */
export async function untilDemoIsRead(page: Page): Promise<void> {
  for (const name of ['glance-01', 'glance-02', 'glance-03', 'glance-04']) {
    await expect(hostRow(page, name).locator('time')).toBeVisible();
    const id = (await railLink(page, name).getAttribute('href'))?.split('/').at(-1);
    await expect(async () => {
      const { cached } = await call<Pick<HostImages, 'cached'>>(page, 'hosts/images', { id });
      expect(cached.filter(({ catalogStatus }) => catalogStatus === 'unchecked')).toEqual([]);
    }).toPass();
  }
}
