import { lazy, type ReactNode, Suspense } from 'react';
import type { HostTrend, TrendBar } from '../../../electron/contract/trends.ts';

import classes from './trends.module.css';

// The chart library is large: it is loaded when the first chart is shown.
const Size = lazy(() => import('./trend-charts.tsx').then(({ SizeChart }) => ({ default: SizeChart })));
const Hits = lazy(() => import('./trend-charts.tsx').then(({ HitsChart }) => ({ default: HitsChart })));

type FrameProps = { label: string; height: number; children: ReactNode };

/** A chart with a label for screen readers. It reserves its space before it is drawn. */
function Frame({ label, height, children }: FrameProps) {
  return (
    <div className={classes.chart} role="img" aria-label={label} style={{ height }}>
      <Suspense fallback={null}>{children}</Suspense>
    </div>
  );
}

export function SizeChart({ trend, label }: { trend: HostTrend; label: string }) {
  return (
    <Frame label={label} height={200}>
      <Size trend={trend} />
    </Frame>
  );
}

export function HitsChart({
  bars,
  label,
  height = 150,
}: {
  bars: readonly TrendBar[];
  label: string;
  height?: number;
}) {
  return (
    <Frame label={label} height={height}>
      <Hits bars={bars} height={height} />
    </Frame>
  );
}
