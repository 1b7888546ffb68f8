import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { usePreferences } from './setting-rows.tsx';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const densities = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
];

/** Light or dark, dense or roomy. */
export function AppearanceSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const id = useId();
  return (
    <div className="panel settings-rows">
      <div className="settings-row">
        <div>
          <h2 id={`${id}-theme`}>Theme</h2>
          <p className="dim">“System” follows the desktop or the browser, also when that changes in the evening.</p>
        </div>
        <SegmentedControl
          aria-labelledby={`${id}-theme`}
          data={themes}
          value={preferences.theme}
          onChange={(theme) => set({ theme: theme as Preferences['theme'] })}
        />
      </div>
      <div className="settings-row">
        <div>
          <h2 id={`${id}-density`}>Density</h2>
          <p className="dim">The height of a table’s rows.</p>
        </div>
        <SegmentedControl
          aria-labelledby={`${id}-density`}
          data={densities}
          value={preferences.density}
          onChange={(density) => set({ density: density as Preferences['density'] })}
        />
      </div>
    </div>
  );
}
