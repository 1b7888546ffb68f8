import { expect, test } from 'vitest';
import {
  hostOfSettingsPath,
  hostSettingsPath,
  settingsSectionOfPath,
  settingsSectionPath,
  settingsSections,
} from './routes.ts';

test('every section of the settings has its own address; any other address leads to the first section', () => {
  for (const section of settingsSections) expect(settingsSectionOfPath(settingsSectionPath(section))).toBe(section);
  expect(settingsSectionOfPath('/settings')).toBe('clouds');
  expect(settingsSectionOfPath('/settings/nowhere')).toBe('clouds');
  expect(settingsSectionOfPath(hostSettingsPath('an/id'))).toBe('hosts');
  expect(hostOfSettingsPath(hostSettingsPath('an/id'))).toBe('an/id');
  expect(hostOfSettingsPath('/settings/hosts')).toBeUndefined();
});
