import { settingsPath } from '../../lib/routes.ts';

export const sections = ['clouds', 'hosts', 'refresh', 'operations', 'appearance', 'about'] as const;
export type Section = (typeof sections)[number];

export const sectionNames: Record<Section, string> = {
  clouds: 'Clouds',
  hosts: 'Hosts',
  refresh: 'Refresh',
  operations: 'Operations',
  appearance: 'Appearance',
  about: 'About',
};

/** The section that a place names; the first where it names none. */
export function sectionOf(place: string): Section {
  return sections.find((section) => `${place}/`.startsWith(`${sectionPath(section)}/`)) ?? 'clouds';
}

/** The id of the host whose settings a place names (`hostSettingsPath`). */
export function hostOfSettings(place: string): string | undefined {
  const { id } = /^\/settings\/hosts\/(?<id>[^/]+)$/.exec(place)?.groups ?? {};
  return id === undefined ? undefined : decodeURIComponent(id);
}

/** The place of a section, to link to. */
export function sectionPath(section: Section): string {
  return `${settingsPath}/${section}`;
}
