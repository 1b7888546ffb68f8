import { type CSSProperties, useLayoutEffect, useRef, useState } from 'react';
import classes from './middle-truncate.module.css';

type Props = {
  text: string;
  /** The name of a host: if it does not fit, its domain is cut before anything of its first part. */
  host?: boolean;
  title?: string | undefined;
  className?: string | undefined;
};

/** The parts before and after each cut; parts with an even index are shown, those with an odd index are cut. */
type Parts = readonly string[];

/**
 * A name on one line. If it does not fit it is cut in the middle, because names often differ only at their ends. The
 * text stays complete for screen readers and copies, and is the title.
 */
export function MiddleTruncate({ text, host = false, title = text, className }: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const [cut, setCut] = useState<{ text: string; parts: Parts; size: string; width: number | undefined }>();
  const whole = useRef(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => {
      const style = getComputedStyle(target);
      const widthOf = textMeasure(target, style);
      const vertical = style.writingMode.startsWith('vertical');
      const room = vertical ? target.clientHeight : target.clientWidth;
      // The measures of the canvas differ a little from the page, where digits have one width.
      if (!target.hasAttribute('data-cut')) whole.current = vertical ? target.scrollHeight : target.scrollWidth;
      const fits = (shown: string) => (shown === text ? whole.current <= room : (widthOf?.(shown) ?? 0) <= room - 1);
      const parts = widthOf ? cutName(text, host, fits) : [text];
      // Without its whole width, a name that is cut would not grow when there is space for more of it.
      const width = parts.length > 1 ? whole.current : undefined;
      setCut((before) =>
        before?.text === text && before.parts.join('\n') === parts.join('\n')
          ? before
          : { text, parts, size: style.fontSize, width },
      );
    };
    measure();
    return onResize(target, measure);
  }, [text, host]);
  const parts = cut?.text === text ? cut.parts : [text];
  return (
    <span
      ref={element}
      className={`${classes.name} ${className ?? ''}`}
      style={parts.length > 1 ? ({ '--name-size': cut?.size, inlineSize: cut?.width } as CSSProperties) : undefined}
      title={title}
      data-cut={parts.length > 1 || undefined}
    >
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts have nothing but their place
          <span key={index} className={classes.cut}>
            {part}
          </span>
        ),
      )}
    </span>
  );
}

/** The parts of a name that fit, alternating with those that are cut. `fits` says whether a text fits. */
export function cutName(text: string, host: boolean, fits: (shown: string) => boolean): Parts {
  if (fits(text)) return [text];
  const dot = host ? /^[\w-]*[a-z][\w-]*(?=(\.[\w-]+)*\.[a-z]{2,}$)/i.exec(text)?.[0].length : undefined;
  const name = dot === undefined ? text : text.slice(0, dot);
  const domain = text.slice(name.length);
  const end = domain === '' ? '' : '…';
  if (end !== '' && fits(`${name}…`)) return [name, domain];
  let [low, high] = [2, name.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [head, tail] = ends(name, middle);
    if (fits(`${head}…${tail}${end}`)) low = middle;
    else high = middle - 1;
  }
  const [head, tail] = ends(name, low);
  const cut = name.slice(head.length, name.length - tail.length);
  return domain === '' ? [head, cut, tail] : [head, cut, tail, domain];
}

/** The first and the last characters of a name, `count` in all. */
function ends(name: string, count: number): [string, string] {
  const tail = Math.floor(count / 2);
  return [name.slice(0, count - tail), name.slice(name.length - tail)];
}

let canvas: CanvasRenderingContext2D | null | undefined;

/** Measures texts in the font of an element, in pixels; undefined if there is no layout, as in unit tests. */
function textMeasure(element: HTMLElement, style: CSSStyleDeclaration): ((text: string) => number) | undefined {
  if (element.getClientRects().length === 0) return undefined;
  canvas ??= document.createElement('canvas').getContext('2d');
  const measure = canvas;
  if (!measure) return undefined;
  measure.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return (text) => measure.measureText(text).width;
}

const listeners = new WeakMap<Element, () => void>();
let observer: ResizeObserver | undefined;

/** Calls `listener` when the element changes its size, until the returned function is called. */
function onResize(element: Element, listener: () => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const { target } of entries) listeners.get(target)?.();
  });
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer?.unobserve(element);
  };
}
