import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

/**
 * Expects no axe violation on the page in both themes. Only contrast depends on the theme, so the second theme is
 * checked for contrast alone.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // The page keeps what was evaluated in it until it is loaded again.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axe.source);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
    expect(await violations(page, colorScheme === 'light'), `axe violations in the ${colorScheme} theme`).toEqual([]);
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
    const results = await window.axe?.run(document, options);
    if (results === undefined) throw new Error('The page has no axe');
    return results.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }, onlyContrast);
}
