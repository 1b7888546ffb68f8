import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { SettingRow, usePreferences } from './setting-rows.tsx';
import classes from './settings.module.css';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const densities = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
];

/** The theme and the density of tables. */
export function AppearanceSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const id = useId();
  return (
    <div className={`panel ${classes.rows}`}>
      <SettingRow
        name="Theme"
        labelId={`${id}-theme`}
        about="“System” follows the desktop or the browser, also when that changes in the evening."
      >
        <SegmentedControl
          aria-labelledby={`${id}-theme`}
          data={themes}
          value={preferences.theme}
          onChange={(theme) => set({ theme: theme as Preferences['theme'] })}
        />
      </SettingRow>
      <SettingRow name="Density" labelId={`${id}-density`} about="The height of a table’s rows.">
        <SegmentedControl
          aria-labelledby={`${id}-density`}
          data={densities}
          value={preferences.density}
          onChange={(density) => set({ density: density as Preferences['density'] })}
        />
      </SettingRow>
    </div>
  );
}
