import { join } from 'node:path';
import { chromium } from 'playwright';
import { serveConsole } from '../e2e/fixtures.ts';
import { buildAll, projectDirectory } from './building.ts';
import { ensureChromium } from './ensure-chromium.ts';

// npm run pictures: retakes the pictures of the README from the demo cloud.

const executablePath = await ensureChromium(process.env);
await buildAll();
await using served = await serveConsole({ mode: 'demo' });
await using browser = await chromium.launch({ executablePath, chromiumSandbox: false });

const page = await browser.newPage({ viewport: { width: 1320, height: 760 }, reducedMotion: 'reduce' });
const rail = page.getByRole('navigation', { name: 'Console' });
await page.goto(served.url);
for (const colorScheme of ['light', 'dark'] as const) {
  await page.emulateMedia({ colorScheme });
  await rail.getByRole('link', { name: 'Fleet', exact: true }).click();
  await page.getByRole('row', { name: /^.*edge-lyon-1.*connection refused/ }).waitFor();
  await page.getByRole('row', { name: /glance-03.*over its limit/ }).waitFor();
  await picture(`fleet-${colorScheme}`);
  await rail.getByRole('link', { name: 'glance-03' }).click();
  await page.getByRole('table', { name: 'Cached images' }).getByRole('row').nth(5).waitFor();
  await picture(`host-${colorScheme}`);
  await rail.getByRole('link', { name: 'Coverage' }).click();
  const cells = page.getByRole('gridcell', { name: /glance-01: cached/ });
  await cells.first().waitFor();
  // Sorted by size, largest first: not every host has these images.
  if (colorScheme === 'light') await page.getByRole('columnheader', { name: 'Size' }).click();
  await picture(`coverage-${colorScheme}`);
}

/** Takes a picture without the pointer and the focus ring. */
async function picture(name: string): Promise<void> {
  await page.mouse.move(660, 755);
  await page.screenshot({ path: join(projectDirectory, 'assets', `${name}.png`), animations: 'disabled' });
}
