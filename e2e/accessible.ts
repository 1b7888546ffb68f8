import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Expects no axe violation on the page in both themes; while a modal dialog is open, in everything but the page behind it,
 * which a spec checks without the dialog. Only contrast depends on the theme, so the second theme is checked for contrast
 * alone.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // The page keeps what was evaluated in it until it is loaded again.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axeSource);
  // The theme that is shown comes first: each change of it costs as much as a check.
  const shown = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  for (const [index, colorScheme] of (shown ? (['dark', 'light'] as const) : (['light', 'dark'] as const)).entries()) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
    expect(await violations(page, index > 0), `axe violations in the ${colorScheme} theme`).toEqual([]);
  }
}

/** What axe finds on the page: each rule with the elements that break it. */
function violations(page: Page, onlyContrast: boolean): Promise<string[]> {
  return page.evaluate(async (onlyContrast) => {
    const options: axe.RunOptions = {
      // Axe builds a selector for each element that it names, and names all that pass unless told otherwise.
      resultTypes: ['violations'],
      // Without this axe reads every style sheet again, for rules that do not run.
      preload: { assets: ['media'] },
      ...(onlyContrast ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}),
    };
    const modal = [...document.querySelectorAll('[role="dialog"][aria-modal="true"]')];
    const isOpen = modal.some((dialog) => dialog.closest('#root') === null && dialog.checkVisibility());
    const results = await window.axe?.run(isOpen ? { exclude: ['#root'] } : document, options);
    if (results === undefined) throw new Error('The page has no axe');
    return results.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }, onlyContrast);
}
