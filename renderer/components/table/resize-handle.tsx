import { type PointerEvent, useState } from 'react';
import classes from './resize-handle.module.css';

type HandleProps = {
  width: number;
  /** The edge that moves: the left one where the column grows to the left. */
  edge?: 'left' | 'right';
  onActive?: (active: boolean) => void;
  onWidth: (width: number | null) => void;
};

/** The edge of a heading: dragging it resizes the column, a double click restores its own width. Keys do the same. */
export function ResizeHandle({ width, edge = 'right', onActive, onWidth }: HandleProps) {
  const [start, setStart] = useState<{ x: number; width: number }>();
  const end = () => {
    setStart(undefined);
    onActive?.(false);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    setStart({ x: event.clientX, width });
    onActive?.(true);
  };
  return (
    <span
      className={classes.resize}
      data-edge={edge}
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (start) onWidth(start.width + (edge === 'left' ? -1 : 1) * (event.clientX - start.x));
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={() => onWidth(null)}
    />
  );
}
