import { useLocation } from 'wouter';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { coveragePath } from '../../lib/routes.ts';
import { GoldenTab } from '../golden/golden-tab.tsx';
import { WasteTab } from '../waste/waste-tab.tsx';
import classes from './coverage-page.module.css';
import { CoverageTab } from './coverage-tab.tsx';

/** The page with three views of the fleet's caches: images by hosts, golden sets, and waste. */
export function CoveragePage() {
  usePageTitle('Coverage');
  const [place, go] = useLocation();
  const current = place.slice(coveragePath.length + 1) || 'grid';
  return (
    <div className={`page ${classes.page}`}>
      <PageHeader title="Coverage" />
      <Tabs
        label="Coverage"
        current={current}
        onChange={(tab) => go(tab === 'grid' ? coveragePath : `${coveragePath}/${tab}`)}
        tabs={[
          { id: 'grid', label: 'Images by hosts', panel: () => <CoverageTab /> },
          { id: 'golden', label: 'Golden sets', panel: () => <GoldenTab /> },
          { id: 'waste', label: 'Waste', panel: () => <WasteTab /> },
        ]}
      />
    </div>
  );
}
