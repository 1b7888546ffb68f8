import { type RefObject, useLayoutEffect, useState } from 'react';

/** With less space than for this number of rows, a table scrolls with its page. */
const minRows = 8;

/** Where a table scrolls: `page` is null if it scrolls by itself, and `top` is its place in the page in pixels. */
export type PageScroll = { page: HTMLElement | null; top: number };

const byItself: PageScroll = { page: null, top: 0 };

/**
 * Lets a table scroll with its page where the page leaves it space for a few rows only: one scroll bar instead of two.
 *
 * @param heights the height of a row, of the headings and of all rows, in pixels
 */
export function usePageScroll(
  frame: RefObject<HTMLElement | null>,
  { row, head, needs }: { row: number; head: number; needs: number },
): PageScroll {
  const [scroll, setScroll] = useState(byItself);
  useLayoutEffect(() => {
    const element = frame.current;
    const page = element?.closest<HTMLElement>('.page');
    if (!element || !page) return;
    const measure = () => {
      const overflow = page.scrollHeight - page.clientHeight;
      const wanted = Math.min(needs, head + minRows * row) - 1;
      const { top } = element.getBoundingClientRect();
      setScroll((before) => {
        const space = before.page && overflow > 0 ? element.offsetHeight - overflow : element.offsetHeight;
        if (space >= wanted) return byItself;
        const next = top - page.getBoundingClientRect().top + page.scrollTop;
        return before.page === page && Math.abs(before.top - next) < 1 ? before : { page, top: next };
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(page);
    return () => observer.disconnect();
  }, [frame, row, head, needs]);
  return scroll;
}
