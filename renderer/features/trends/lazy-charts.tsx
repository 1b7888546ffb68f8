import { lazy, type ReactNode, Suspense } from 'react';
import type { HostTrend, TrendBar } from '../../../electron/contract/trends.ts';

// The library that draws them is large: it comes when the first chart is shown.
const Size = lazy(() => import('./charts.tsx').then(({ SizeChart }) => ({ default: SizeChart })));
const Hits = lazy(() => import('./charts.tsx').then(({ HitsChart }) => ({ default: HitsChart })));

type FrameProps = { label: string; height: number; children: ReactNode };

/** A picture with words for those who do not see it; it has its room before it is drawn. */
function Frame({ label, height, children }: FrameProps) {
  return (
    <div className="chart" role="img" aria-label={label} style={{ height }}>
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
