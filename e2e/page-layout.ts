import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The table or grid with a name. */
function tableNamed(page: Page, name: string): Locator {
  return page
    .getByRole('table', { name, exact: true })
    .or(page.getByRole('grid', { name, exact: true }))
    .filter({ visible: true });
}

const rowSelector = 'tr[data-index], [role="row"][data-image-id]';

/**
 * Counts the rows of a table that are completely in view, and all of its rows; with `scrolled`, after scrolling the
 * page to the table. The table has to be rendered.
 */
export async function visibleRows(page: Page, table: string, scrolled = false): Promise<{ seen: number; of: number }> {
  const element = tableNamed(page, table);
  await expect(element.locator(rowSelector)).not.toHaveCount(0);
  return element.evaluate(
    (element, { scrolled, rowSelector }) => {
      if (scrolled) element.scrollIntoView();
      let clip = { top: 0, bottom: innerHeight };
      for (let each: Element | null = element; each; each = each.parentElement) {
        if (getComputedStyle(each).overflowY === 'visible') continue;
        // Without the scroll bar, which covers a row.
        const top = each.getBoundingClientRect().top + each.clientTop;
        clip = { top: Math.max(clip.top, top), bottom: Math.min(clip.bottom, top + each.clientHeight) };
      }
      const head = element.querySelector('thead, [role="rowgroup"]')?.getBoundingClientRect().bottom ?? 0;
      const seen = [...element.querySelectorAll(rowSelector)].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= Math.max(clip.top, head) - 1 && bottom <= clip.bottom + 1;
      }).length;
      const heads = element.querySelectorAll('thead tr, [role="rowgroup"]:first-child > [role="row"]').length;
      return { seen, of: Number(element.getAttribute('aria-rowcount')) - heads };
    },
    { scrolled, rowSelector },
  );
}

/**
 * Problems with the layout of the page: a page or table that scrolls sideways, nested scroll bars, headings and actions
 * that are cut, columns one letter wide, meters one dot wide, texts and controls that overlap.
 */
export function layoutFaults(page: Page, part = '#root'): Promise<string[]> {
  return page.evaluate((part) => {
    const faults = new Set<string>();
    const root = document.querySelector(part);
    if (!root) return [`there is no ${part}`];
    type Box = { left: number; right: number; top: number; bottom: number };
    const nameOf = (element: Element) =>
      `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
    const shown = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('.hidden-text, [data-cut] > span') === null;

    /**
     * The visible part of an element: its box, cut by ancestors that hide their overflow. Ancestors that scroll cut
     * nothing, because their content can be reached.
     */
    const clipOf = (element: Element): Box => {
      // Beyond a scroll container everything can be scrolled into view.
      let reached = false;
      const clip = { left: 0, right: innerWidth, top: -1e6, bottom: 1e6 };
      for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
        const style = getComputedStyle(each);
        const box = each.getBoundingClientRect();
        const inGrid = each.closest('[role="grid"]') !== null;
        if (style.overflowX !== 'visible' && !(inGrid && style.overflowX === 'auto')) {
          clip.left = Math.max(clip.left, box.left);
          clip.right = Math.min(clip.right, box.right);
        }
        if (/auto|scroll/.test(style.overflowY)) reached = true;
        if (reached || style.overflowY === 'visible') continue;
        clip.top = Math.max(clip.top, box.top);
        clip.bottom = Math.min(clip.bottom, box.bottom);
      }
      return clip;
    };
    /** The box of the text that an element shows. */
    const textBox = (element: Element): Box => {
      const union = { left: 1e6, right: -1e6, top: 1e6, bottom: -1e6 };
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement;
        if (!parent || !shown(parent) || parent.closest('[data-cut]')) continue;
        range.selectNodeContents(texts.currentNode);
        const { left, right, top, bottom, width } = range.getBoundingClientRect();
        if (width === 0) continue;
        union.left = Math.min(union.left, left);
        union.right = Math.max(union.right, right);
        union.top = Math.min(union.top, top);
        union.bottom = Math.max(union.bottom, bottom);
      }
      return union;
    };
    const overlap = (a: Box, b: Box) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

    // Scrolling. The grid of the coverage has a column per host, and scrolls sideways.
    const scrolls = (element: Element, axis: 'X' | 'Y') => {
      if (!/auto|scroll/.test(getComputedStyle(element)[`overflow${axis}`])) return false;
      return axis === 'X'
        ? element.scrollWidth > element.clientWidth + 1
        : element.scrollHeight > element.clientHeight + 1;
    };
    if (document.documentElement.scrollWidth > innerWidth) faults.add('the page scrolls sideways');
    for (const element of root.querySelectorAll('*')) {
      if (!shown(element)) continue;
      if (scrolls(element, 'X') && element.closest('[role="grid"]') === null && !element.querySelector('[role="grid"]'))
        faults.add(`${element.className} scrolls sideways`);
      // In a window of a few hundred pixels the grid is as low as its headings and two rows, and the page scrolls too.
      if (
        !scrolls(element, 'Y') ||
        (innerHeight < 500 && (element.matches('[role="grid"]') || element.querySelector('[role="grid"]')))
      )
        continue;
      // A dialog that is higher than the window scrolls, with the lists in it.
      if (part !== '#root') continue;
      for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
        if (scrolls(each, 'Y')) faults.add(`${element.className} scrolls within ${each.className}`);
    }

    // Headings, actions and labels are not cut.
    const whole = 'th, h1, h2, button, [role="tab"], .chip, label, select, nav > div > span';
    for (const element of root.querySelectorAll(whole)) {
      if (
        !shown(element) ||
        element.closest('td, [role="gridcell"], [role="rowheader"]') ||
        element.querySelector('[data-cut]')
      )
        continue;
      // The link that skips the navigation is outside the window until it has the focus.
      if (element.getBoundingClientRect().bottom < 0) continue;
      const clip = clipOf(element);
      const box = element.getBoundingClientRect();
      if (box.left < clip.left - 1 || box.right > clip.right + 1) faults.add(`${nameOf(element)} is cut`);
      if (box.top < clip.top - 1 || box.bottom > clip.bottom + 1)
        faults.add(`${nameOf(element)} is cut off below or above`);
      for (const part of [element, ...element.querySelectorAll('*')])
        if (getComputedStyle(part).textOverflow === 'ellipsis' && part.scrollWidth > part.clientWidth + 1)
          faults.add(`the text of ${nameOf(element)} is cut`);
    }

    // No text is one letter wide, and no meter one dot.
    for (const element of root.querySelectorAll('*')) {
      if (!shown(element) || element.clientWidth === 0) continue;
      const cut = element.hasAttribute('data-cut');
      const ends =
        getComputedStyle(element).textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth + 1;
      if ((cut || ends) && element.clientWidth < 52 && !element.closest('[role="columnheader"]'))
        faults.add(`${nameOf(element)} has ${element.clientWidth} pixels`);
    }
    for (const meter of root.querySelectorAll('.mantine-Progress-root')) {
      const { width } = meter.getBoundingClientRect();
      if (shown(meter) && width < 40) faults.add(`a meter of ${Math.round(width)} pixels`);
    }

    // Nothing overlaps its neighbours: a cell contains its content, and controls do not cover each other.
    for (const cell of root.querySelectorAll('td, [role="gridcell"], .tiles > li')) {
      if (!shown(cell) || cell.textContent === '') continue;
      const box = cell.getBoundingClientRect();
      const content = textBox(cell);
      if (content.left > content.right) continue;
      const { overflowX } = getComputedStyle(cell);
      if (overflowX === 'visible' && (content.left < box.left - 1 || content.right > box.right + 1))
        faults.add(`${nameOf(cell)} runs out of its cell`);
      for (const part of cell.querySelectorAll('*')) {
        if (!shown(part) || part.children.length > 0 || part.closest('svg')) continue;
        const { left, right } = part.getBoundingClientRect();
        if (
          overflowX !== 'visible' &&
          part.closest('[data-cut], .cut, .image-name') === null &&
          (right > box.right + 1 || left < box.left - 1)
        )
          faults.add(`${nameOf(part)} is cut by its cell`);
      }
    }
    const controls = [...root.querySelectorAll('button, a, input:not([type="checkbox"]), select, [role="tab"]')].filter(
      (element) => shown(element) && !element.closest('[role="grid"]'),
    );
    /** The part of an element that is in view. An element that a list has scrolled away covers nothing. */
    const seen = (element: Element): Box => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const box = { left, right, top, bottom };
      for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each);
        if (overflowX === 'visible' && overflowY === 'visible') continue;
        const clip = each.getBoundingClientRect();
        box.left = Math.max(box.left, clip.left);
        box.right = Math.min(box.right, clip.right);
        box.top = Math.max(box.top, clip.top);
        box.bottom = Math.min(box.bottom, clip.bottom);
      }
      return box;
    };
    // The last buttons of a dialog stay in view above what is scrolled below them.
    const isOver = (element: Element) => {
      for (let each = element.parentElement; each && each !== root; each = each.parentElement)
        if (getComputedStyle(each).position === 'sticky') return true;
      return false;
    };
    const boxes = controls.map((element) => ({
      element,
      box: seen(element),
      isOver: isOver(element),
      isInList: element.closest('thead, nav, tbody') !== null,
    }));
    for (const [index, one] of boxes.entries()) {
      if (one.isInList) continue;
      for (const other of boxes.slice(index + 1)) {
        if (other.isInList || one.isOver !== other.isOver) continue;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (overlap(one.box, other.box)) faults.add(`${nameOf(one.element)} covers ${nameOf(other.element)}`);
      }
    }
    return [...faults];
  }, part);
}

/**
 * Problems with the layout of the open dialog: those of a page, and a dialog or its last line of buttons that is not
 * completely in view.
 */
export async function dialogFaults(page: Page): Promise<string[]> {
  const dialog = '[role="dialog"][aria-modal="true"]';
  const faults = await layoutFaults(page, dialog);
  const outside = await page.locator(dialog).evaluate((element) => {
    const faults: string[] = [];
    const isIn = ({ left, right, top, bottom }: DOMRect) =>
      left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
    if (!isIn(element.getBoundingClientRect())) faults.push('the dialog is not in the window');
    const buttons = [...element.querySelectorAll('button')].filter((button) => button.checkVisibility());
    const last = buttons.at(-1)?.getBoundingClientRect();
    for (const button of buttons) {
      const box = button.getBoundingClientRect();
      // The last line of buttons, if it is below the content.
      if (!last || Math.abs(box.top - last.top) > 4 || element.querySelector('.dialog-footer, form') === null) continue;
      if (!isIn(box)) faults.push(`button “${button.textContent?.trim()}” is not in view`);
    }
    return faults;
  });
  return [...faults, ...outside];
}
