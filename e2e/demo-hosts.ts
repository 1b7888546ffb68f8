import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Waits until the Fleet page shows the state of every demo host that is up. */
export async function untilDemoIsRead(page: Page): Promise<void> {
  for (const name of ['glance-01', 'glance-02', 'glance-03', 'glance-04']) {
    await expect(
      page
        .getByRole('row', { name: new RegExp(name) })
        .locator('time')
        .first(),
    ).toBeVisible();
  }
}
